"""When, where and with whom a session is held."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection, Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import form_helper
from sessions.actions.change_session import SessionChange
from sessions.forms.fields import OneOf, TimesForm
from sessions.models import CohortSession, Lecturer, Venue


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
