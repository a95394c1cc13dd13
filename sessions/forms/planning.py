"""The table of a new cohort's dates: when, where and with whom each of its sessions is to be held."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from cohorts.models import Module
from sessions.actions.plan_cohort import PlannedSession
from sessions.advice import Advice
from sessions.forms.fields import OneOf, TimesForm
from sessions.models import Lecturer, Venue
from sessions.rules.planning import Proposal


class PlannedSessionForm(TimesForm):
    """One row of a new cohort's table of dates: a module, and where its session stands."""

    def __init__(
        self,
        *args: Any,
        module: Module,
        proposal: Proposal,
        venues: Collection[Venue],
        lecturers: Collection[Lecturer],
        avoid: Collection[date],
        check_url: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.module = module
        self.proposal = proposal
        self.avoid = avoid
        self.fields["venue"] = OneOf(label=_("Venue"), rows=venues, empty_label=_("Not decided"))
        self.fields["lecturer"] = OneOf(label=_("Lecturer"), rows=lecturers, empty_label=_("Not decided"))
        self.fields["day"].widget.attrs |= {
            "hx-get": f"{check_url}?row={self.prefix}",
            "hx-trigger": "change",
            "hx-target": f"#advice-{self.prefix}",
        }

    @property
    def reason(self) -> str | None:
        """Why the date isn't the one that the rhythm wanted, as long as it is the proposed one."""
        return self.proposal.reason if self.chosen_day == self.proposal.day else None

    @property
    def advice(self) -> Advice | None:
        """What is to be said of the chosen day."""
        return Advice(self.chosen_day, problem=self.problem, reason=self.reason) if self.chosen_day else None

    def planned(self) -> PlannedSession:
        """What the action needs; the form must be valid."""
        starts, ends = self.cleaned_data["span"]
        lecturer = self.cleaned_data["lecturer"]
        return PlannedSession(
            module=self.module,
            starts=starts,
            ends=ends,
            venue=self.cleaned_data["venue"],
            lecturers=[lecturer] if lecturer else [],
        )


class PlannedSessions(forms.BaseFormSet):  # type: ignore[type-arg]  # takes no argument at run time
    """The table: one row per module, in order. Dates that don't suit are saved only when asked to be kept."""

    def __init__(self, *args: Any, modules: Sequence[Module], proposals: Sequence[Proposal], **kwargs: Any) -> None:
        self.modules = modules
        self.proposals = proposals
        kwargs["initial"] = [
            {
                "day": row.day,
                "starts": row.starts.time(),
                "ends": row.ends.time(),
            }
            for row in proposals
        ]
        super().__init__(*args, **kwargs)
        self.min_num = self.max_num = self.absolute_max = len(modules)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Give each row its module and proposal."""
        row = index or 0
        return super().get_form_kwargs(index) | {"module": self.modules[row], "proposal": self.proposals[row]}

    @property
    def has_problems(self) -> bool:
        """Whether any date is one that doesn't suit."""
        return any(form.problem for form in self.forms)

    @property
    def is_kept(self) -> bool:
        """Whether the coordinator wants those dates anyway."""
        return self.is_bound and "keep" in self.data

    def clean(self) -> None:
        """Hold the order of the modules, and ask before a date that doesn't suit is saved."""
        for earlier, later in pairwise(self.forms):
            if earlier.chosen_day and later.chosen_day and later.chosen_day <= earlier.chosen_day:
                numbers = {"later": later.module.number, "earlier": earlier.module.number}
                later.add_error("day", _("Module %(later)s must come after module %(earlier)s.") % numbers)
        if self.has_problems and not self.is_kept:
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
