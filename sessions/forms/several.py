"""What is to be done with several sessions at once. The answers stand in the address; saving sends what was seen."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.forms.boundfield import BoundField, BoundWidget
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.changing import several
from sessions.forms.fields import DayField, OneOf
from sessions.models import CohortSession, Lecturer

MOST_DAYS = 366
MOST_WEEKS = 52

Ways = list[tuple[BoundWidget, list[BoundField]]]


class What(models.TextChoices):
    """What can be done with several sessions."""

    MOVE = "move", gettext_lazy("Move by a number of days")
    FREE = "free", gettext_lazy("Move each to its next free day")
    REPLACE = "replace", gettext_lazy("Replace a lecturer")
    CANCEL = "cancel", gettext_lazy("Cancel them")


class LecturerForm(forms.Form):
    """Whose coming sessions."""

    def __init__(self, *args: Any, lecturers: Sequence[Lecturer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lecturer"] = OneOf(label=_("Lecturer"), rows=lecturers, empty_label=_("Choose"))


class SeveralForm(forms.Form):
    """Which of `sessions`, and what becomes of them."""

    session = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Sessions"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one session.")},
    )
    what = forms.ChoiceField(
        label=gettext_lazy("What is to happen?"),
        choices=What,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is to happen.")},
    )
    days = forms.IntegerField(
        label=gettext_lazy("Number of days"),
        help_text=gettext_lazy("7 is a week later, -1 a day earlier."),
        min_value=-MOST_DAYS,
        max_value=MOST_DAYS,
        required=False,
    )

    def __init__(
        self, *args: Any, sessions: Sequence[CohortSession], lecturers: Sequence[Lecturer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(session.pk): session for session in sessions}
        field = self.fields["session"]
        field.choices = [(key, _label(session)) for key, session in self.by_key.items()]  # type: ignore[attr-defined]
        field.coerce = self.by_key.get  # type: ignore[attr-defined]
        offered = [lecturer for lecturer in lecturers if not lecturer.archived]
        for name, label, rows in (
            ("gone", _("Lecturer to be replaced"), lecturers),
            ("new", _("New lecturer"), offered),
        ):
            self.fields[name] = OneOf(label=label, rows=rows, empty_label=_("Choose"))

    def clean(self) -> dict[str, Any]:
        """Each way needs its own answers."""
        data = super().clean() or {}
        what = data.get("what")
        if what == What.MOVE and not data.get("days"):
            self.add_error("days", _("Say how many days."))
        if what == What.REPLACE:
            for name in ("gone", "new"):
                if not data.get(name):
                    self.add_error(name, _("Choose a lecturer."))
        return data

    def ways(self) -> Ways:
        """Each thing that can be done, with the fields it asks for."""
        return _ways(self["what"], {What.MOVE: [self["days"]], What.REPLACE: [self["gone"], self["new"]]})

    def intention(self) -> several.Intention:
        """What the sessions are to become; the form must be valid."""
        data = self.cleaned_data
        sessions: list[CohortSession] = data["session"]
        match data["what"]:
            case What.MOVE:
                return several.Intention(several.moved(sessions, days=data["days"]))
            case What.FREE:
                return several.on_free_days(sessions)
            case What.REPLACE:
                return several.Intention(several.taught_instead(sessions, lecturer=data["gone"], by=data["new"]))
            case _:
                return several.Intention(several.cancelled(sessions))


class Way(models.TextChoices):
    """How the rest of a cohort can be shifted."""

    WEEKS = "weeks", gettext_lazy("By a number of weeks")
    ANEW = "anew", gettext_lazy("Propose new dates from a day on")


class ShiftForm(forms.Form):
    """From which of a cohort's `sessions` on, and how far."""

    way = forms.ChoiceField(label=gettext_lazy("How?"), choices=Way, widget=forms.RadioSelect, initial=Way.WEEKS)
    weeks = forms.IntegerField(
        label=gettext_lazy("Number of weeks"),
        help_text=gettext_lazy("1 is a week later, -1 a week earlier."),
        min_value=-MOST_WEEKS,
        max_value=MOST_WEEKS,
        required=False,
    )
    first = DayField(label=gettext_lazy("First date"), required=False)

    def __init__(self, *args: Any, sessions: Sequence[CohortSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sessions = sessions
        self.fields["since"] = OneOf(label=_("From and with"), rows=sessions, empty_label=_("Choose"))
        self.fields["since"].choices = [  # type: ignore[attr-defined]
            (str(session.pk), _label(session)) for session in sessions
        ]
        self.fields["since"].required = True
        self.order_fields(["since", "way", "weeks", "first"])

    def clean(self) -> dict[str, Any]:
        """Each way needs its own answer."""
        data = super().clean() or {}
        if data.get("way") == Way.WEEKS and not data.get("weeks"):
            self.add_error("weeks", _("Say how many weeks."))
        if data.get("way") == Way.ANEW and not data.get("first") and "first" not in self.errors:
            self.add_error("first", _("Say from which day on."))
        return data

    def ways(self) -> Ways:
        """Each way with the field it asks for."""
        return _ways(self["way"], {Way.WEEKS: [self["weeks"]], Way.ANEW: [self["first"]]})

    def intention(self) -> several.Intention:
        """What the rest of the cohort is to become; the form must be valid."""
        data = self.cleaned_data
        rest = [session for session in self.sessions if session.starts >= data["since"].starts]
        if data["way"] == Way.WEEKS:
            return several.Intention(several.moved(rest, days=7 * data["weeks"]))
        return several.proposed_anew(rest, first=data["first"])


def _ways(choice: BoundField, asks: Mapping[str, list[BoundField]]) -> Ways:
    return [(option, asks.get(option.data["value"], [])) for option in choice.subwidgets]


def _label(session: CohortSession) -> str:
    day = date_format(timezone.localtime(session.starts), "WEEKDAY_DATE_FORMAT")
    return f"{day}: {session.cohort}, {session.module}"
