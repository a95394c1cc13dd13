"""The table of a new cohort's dates: when, where and with whom each of its sessions is to be held."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, time
from functools import cached_property
from itertools import pairwise
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from cohorts.models import Module
from common.clock import at
from sessions.actions.plan_cohort import PlannedSession
from sessions.clashes.advice import Advice, advise_together
from sessions.forms.fields import LecturersField, OneOf, TimesForm
from sessions.planning.planner import Plan, Suggestion
from sessions.rules.clashes import Booking


class PlannedSessionForm(TimesForm):
    """One row of a new cohort's table of dates: a module, and where its session stands."""

    def __init__(self, *args: Any, suggestion: Suggestion, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggestion = suggestion
        offered, teams = plan.registers, (suggestion.lecturers, suggestion.wish.lecturers)
        self.fields["venue"] = OneOf(label=_("Venue"), rows=offered.offered_venues, empty_label=_("Not decided"))
        self.fields["lecturers"] = LecturersField(label=_("Lecturer"), rows=offered.offered_lecturers, teams=teams)

    @staticmethod
    def initial_of(suggestion: Suggestion) -> dict[str, Any]:
        """What the row proposes."""
        proposal = suggestion.proposal
        return {
            "day": proposal.day,
            "starts": proposal.starts.time(),
            "ends": proposal.ends.time(),
            "venue": str(suggestion.venue.pk) if suggestion.venue else "",
            "lecturers": LecturersField.key_of(suggestion.lecturers),
        }

    @property
    def module(self) -> Module:
        return self.suggestion.wish.module

    def booking(self, *, cohort: UUID, expected: int) -> Booking | None:
        """The row as it stands, if it names a day. It goes by its module's key: a session has none yet."""
        if self.chosen_day is None:
            return None
        if self.is_bound:
            data = self.cleaned_data
            noon = at(self.chosen_day, time(12))
            starts, ends = data.get("span", (noon, noon))
            venue, lecturers = data.get("venue"), data.get("lecturers", [])
        else:
            proposal = self.suggestion.proposal
            starts, ends = proposal.starts, proposal.ends
            venue, lecturers = self.suggestion.venue, self.suggestion.lecturers
        return Booking(
            session=self.module.pk,
            cohort=cohort,
            starts=starts,
            ends=ends,
            venue=venue.pk if venue else None,
            lecturers=frozenset(lecturer.pk for lecturer in lecturers),
            expected=expected,
        )

    def with_reason(self, advice: Advice) -> Advice:
        """Say also why the date is proposed, as long as it is the proposed one."""
        proposal = self.suggestion.proposal
        return replace(advice, why=proposal.why, reason=proposal.reason) if advice.day == proposal.day else advice

    def planned(self) -> PlannedSession:
        """What the action needs; the form must be valid."""
        data, wish = self.cleaned_data, self.suggestion.wish
        starts, ends = data["span"]
        return PlannedSession(
            module=self.module,
            starts=starts,
            ends=ends,
            venue=data["venue"],
            lecturers=data["lecturers"],
            information=wish.information,
            online_url=wish.online_url,
            followed=wish.followed,
        )


class PlannedSessions(forms.BaseFormSet):  # type: ignore[type-arg]  # takes no argument at run time
    """The table: one row per module, in order. What there is to object to is saved only when asked to be kept.

    `expected` people will take part; `avoid` are the days that the coordinator wants free; with `kept` she has said
    already that she wants her dates as they are.
    """

    def __init__(
        self, *args: Any, plan: Plan, expected: int, avoid: Collection[date], kept: bool = False, **kwargs: Any
    ) -> None:
        self.plan = plan
        self.expected = expected
        self.avoid = avoid
        self.kept = kept
        kwargs["initial"] = [PlannedSessionForm.initial_of(suggestion) for suggestion in plan.suggestions]
        super().__init__(*args, **kwargs)
        self.min_num = self.max_num = self.absolute_max = len(plan.suggestions)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Give each row its suggestion."""
        own = {"suggestion": self.plan.suggestions[index or 0], "plan": self.plan}
        return super().get_form_kwargs(index) | own

    @property
    def rows(self) -> Iterator[tuple[PlannedSessionForm, Advice | None]]:
        """Each row with what is to be said of it; nothing of one without a day."""
        return ((form, self.advice.get(form.module.pk)) for form in self.forms)

    @cached_property
    def advice(self) -> Mapping[UUID, Advice]:
        """What is to be said of the rows, by module: of each day, and of what is in the way if all were saved."""
        programme, plan = self.plan.programme, self.plan
        rows = [form.booking(cohort=programme.pk, expected=self.expected) for form in self.forms]
        bookings = [booking for booking in rows if booking]
        found = advise_together(bookings, region=programme.region, avoid=self.avoid, around=plan.around)
        forms_of = {form.module.pk: form for form in self.forms}
        return {module: forms_of[module].with_reason(advice) for module, advice in found.items()}

    @property
    def has_problems(self) -> bool:
        """Whether there is anything to object to: a day that doesn't suit, or somebody or something taken."""
        return any(advice.objects for advice in self.advice.values())

    @property
    def is_kept(self) -> bool:
        """Whether the coordinator wants it anyway."""
        return "keep" in self.data if self.is_bound else self.kept

    def clean(self) -> None:
        """Hold the order of the modules, and ask before something is saved that there is an objection to."""
        has_problems = self.has_problems  # asked before a day that comes too early is taken out
        for earlier, later in pairwise(self.forms):
            if earlier.chosen_day and later.chosen_day and later.chosen_day <= earlier.chosen_day:
                numbers = {"later": later.module.number, "earlier": earlier.module.number}
                later.add_error("day", _("Module %(later)s must come after module %(earlier)s.") % numbers)
        if has_problems and not self.is_kept:
            raise forms.ValidationError(_("Some dates don't suit. Change them, or tick that you want to keep them."))

    def planned(self) -> list[PlannedSession]:
        """What the action needs; the table must be valid."""
        return [form.planned() for form in self.forms]


def planned_sessions(**kwargs: Any) -> PlannedSessions:
    """Return the table, bound if there is `data`."""
    factory = forms.formset_factory(
        PlannedSessionForm, formset=PlannedSessions, extra=0, validate_min=True, validate_max=True
    )
    return cast(PlannedSessions, factory(prefix="session", **kwargs))
