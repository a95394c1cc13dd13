"""When, where and with whom a session is held."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection, Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Lines, OneLineMixin
from sessions.actions import SessionChange
from sessions.changing.consequences import Consequences
from sessions.forms.fields import OneOf, TimesForm
from sessions.models import CohortSession, Lecturer, Venue


class Told(OneLineMixin, forms.Form):
    """What goes with a change that people are told of. `seen` names the consequences that the coordinator has seen."""

    sentence = forms.CharField(
        label=gettext_lazy("A sentence to those concerned"),
        help_text=gettext_lazy("Goes into the message, for example why. No personal data."),
        max_length=300,
        required=False,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def has_seen(self, consequences: Consequences) -> bool:
        """Whether she saved after having seen exactly these; if nobody is told there is nothing to see."""
        return not consequences.people or consequences.token == self.cleaned_data["seen"]


class CancelForm(Told):
    """`version` is the one that the reader of the question saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def may_go_ahead(self, session: CohortSession, consequences: Consequences) -> bool:
        """Whether there is nothing more to see; of a session that changed meanwhile, the refusal says enough."""
        return self.cleaned_data["version"] != session.version or self.has_seen(consequences)


class SessionForm(Told, TimesForm):
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
    information = Lines(
        label=gettext_lazy("Practical information"),
        help_text=CohortSession._meta.get_field("information").help_text,
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    keep = forms.BooleanField(label=gettext_lazy("Keep the date even though it doesn't suit"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, session: CohortSession, venues: Collection[Venue], lecturers: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=self.initial_of(session), **kwargs)
        self.session = session
        self.fields["venue"] = OneOf(label=_("Venue"), rows=venues, empty_label=_("Not decided"))
        self.fields["lecturers"].queryset = lecturers  # type: ignore[attr-defined]

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
            "information": session.information,
            "version": session.version,
        }

    def agrees_to(self, consequences: Consequences) -> bool:
        """Whether it may be saved: a new day that doesn't suit is meant, and what follows has been seen."""
        advice = consequences.advice.get(self.session.pk)
        if advice and advice.problem and "day" in self.changed_data and not self.cleaned_data["keep"]:
            refusal = _("%(problem)s Tick here if you want it anyway.") % {"problem": advice.problem}
            self.add_error("keep", refusal)
        return not self.errors and self.has_seen(consequences)

    def change(self) -> SessionChange:
        """What the action needs; the form must be valid."""
        starts, ends = self.cleaned_data["span"]
        return SessionChange(
            starts=starts,
            ends=ends,
            venue=self.cleaned_data["venue"],
            online_url=self.cleaned_data["online_url"],
            lecturers=list(self.cleaned_data["lecturers"]),
            information=self.cleaned_data["information"],
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
            (_("Practical information"), stored.information, data["information"]),
        )
        return ((label, str(theirs or "–"), str(mine or "–")) for label, theirs, mine in pairs if theirs != mine)


def _names(lecturers: Collection[Lecturer]) -> str:
    return ", ".join(sorted(lecturer.name for lecturer in lecturers))
