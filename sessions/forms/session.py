"""When, where and with whom sessions are held: many at a time while planning, one when it changes."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.models import Module
from common.forms import form_helper
from sessions.actions.change_session import SessionChange
from sessions.actions.plan_cohort import PlannedSession
from sessions.forms.fields import OneOf, TimesForm
from sessions.models import CohortSession, Lecturer, Venue
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


class CancelForm(forms.Form):
    """`version` is the one that the reader of the question saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SessionForm(TimesForm):
    """One session that exists. `version` is the one its reader saw; `keep` keeps a day that doesn't suit."""

    online_url = forms.URLField(
        label=gettext_lazy("Online link"), required=False, assume_scheme="https", max_length=200
    )
    lecturers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Lecturers"),
        queryset=Lecturer.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    keep = forms.BooleanField(label=gettext_lazy("Keep the date even though it doesn't suit"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    helper = form_helper("day", "starts", "ends", "venue", "online_url", "lecturers", "version")

    field_order = ("day", "keep", "starts", "ends", "venue", "online_url", "lecturers", "version")

    def __init__(self, *args: Any, venues: Collection[Venue], lecturers: Any, check_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"] = OneOf(label=_("Venue"), rows=venues, empty_label=_("Not decided"))
        self.fields["lecturers"].queryset = lecturers  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs |= {"hx-get": check_url, "hx-trigger": "change", "hx-target": "#advice"}
        self.order_fields(self.field_order)

    @staticmethod
    def initial_of(session: CohortSession) -> dict[str, Any]:
        """What the form shows of a session."""
        starts, ends = timezone.localtime(session.starts), timezone.localtime(session.ends)
        return {
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "venue": str(session.venue_id or ""),
            "online_url": session.online_url,
            "lecturers": list(session.lecturers.all()),
            "version": session.version,
        }

    def clean(self) -> dict[str, Any]:
        """Ask before a new day that doesn't suit is saved."""
        data = super().clean()
        if self.problem and "day" in self.changed_data and not data.get("keep"):
            refusal = _("%(problem)s Tick here if you want it anyway.") % {"problem": self.problem}
            self.add_error("keep", refusal)
        return data

    def change(self) -> SessionChange:
        """What the action needs; the form must be valid."""
        starts, ends = self.cleaned_data["span"]
        return SessionChange(
            starts=starts,
            ends=ends,
            venue=self.cleaned_data["venue"],
            online_url=self.cleaned_data["online_url"],
            lecturers=list(self.cleaned_data["lecturers"]),
        )

    def differences(self, stored: CohortSession) -> Iterator[tuple[str, str, str]]:
        """Label, stored value and the form's, where they differ: for someone whose change met another's."""
        start, end = timezone.localtime(stored.starts), timezone.localtime(stored.ends)
        data = self.cleaned_data
        pairs = (
            (_("Date"), date_format(start), date_format(data["day"])),
            (_("From"), time_format(start), time_format(data["starts"])),
            (_("To"), time_format(end), time_format(data["ends"])),
            (_("Venue"), stored.venue, data["venue"]),
            (_("Online link"), stored.online_url, data["online_url"]),
            (_("Lecturers"), _names(stored.lecturers.all()), _names(data["lecturers"])),
        )
        return ((label, str(theirs or "–"), str(mine or "–")) for label, theirs, mine in pairs if theirs != mine)


def _names(lecturers: Collection[Lecturer]) -> str:
    return ", ".join(sorted(lecturer.name for lecturer in lecturers))
