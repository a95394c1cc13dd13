"""A cohort's details, and what the planner needs to propose its dates."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.models import Cohort, Programme
from common.forms import OneLineMixin
from regions.models import Municipality
from sessions.actions.change_cohort import details_of
from sessions.actions.plan_cohort import CohortDetails
from sessions.forms.fields import DayField, TimeInput
from sessions.rules.changing import refusal_of_seats
from sessions.rules.days import SATURDAY
from sessions.rules.planning import EveryWeeks, NthWeekday, Rhythm, application_period, suggested_name

MONTHLY = "month"
LARGEST_COHORT = 500


class CohortForm(OneLineMixin, forms.Form):
    """Details of a cohort that exists. `taken` seats can't be removed."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "width-20"})
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Seats"),
        min_value=1,
        max_value=LARGEST_COHORT,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-4"}),
    )
    applications_open = DayField(label=gettext_lazy("Applications open"))
    applications_close = DayField(label=gettext_lazy("Last day of application"))
    release_date = DayField(
        label=gettext_lazy("Release date"),
        required=False,
        help_text=gettext_lazy("From this day on, seats that a municipality has not used go to the common pool."),
    )

    def __init__(self, *args: Any, municipalities: Sequence[Municipality], taken: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities = municipalities
        self.taken = taken
        for municipality in municipalities:
            self.fields[self._seats_name(municipality)] = forms.IntegerField(
                label=municipality.name,
                required=False,
                min_value=0,
                max_value=LARGEST_COHORT,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-4"}),
            )

    @staticmethod
    def _seats_name(municipality: Municipality) -> str:
        return f"seats_{municipality.code}"

    @classmethod
    def initial_of(cls, cohort: Cohort) -> dict[str, Any]:
        """What the form shows of a cohort."""
        details = details_of(cohort)
        return details.as_fields() | {cls._seats_name(place): seats for place, seats in details.seats.items()}

    def seat_fields(self) -> Iterator[forms.BoundField]:
        """One field for each municipality."""
        return (self[self._seats_name(municipality)] for municipality in self.municipalities)

    @property
    def keeps_seats(self) -> bool:
        """Whether any municipality's field holds something, so that it should be seen."""
        return any(field.value() or field.errors for field in self.seat_fields())

    def clean(self) -> dict[str, Any]:
        """Hold the application period in order, and the seats within the capacity."""
        data = super().clean() or {}
        opens, closes = data.get("applications_open"), data.get("applications_close")
        if opens and closes and closes < opens:
            self.add_error("applications_close", _("The last day must not come before the first."))
        if capacity := data.get("capacity"):
            refusal = refusal_of_seats(capacity=capacity, allocated=sum(self.seats().values()), taken=self.taken)
            if refusal:
                self.add_error("capacity", refusal)
        return data

    def seats(self) -> dict[Municipality, int]:
        """Seats kept for each municipality that has any."""
        kept = {place: self.cleaned_data.get(self._seats_name(place)) for place in self.municipalities}
        return {place: seats for place, seats in kept.items() if seats}

    def details(self) -> CohortDetails:
        """What the actions need; the form must be valid."""
        data = self.cleaned_data
        return CohortDetails(
            name=data["name"],
            capacity=data["capacity"],
            applications_open=data["applications_open"],
            applications_close=data["applications_close"],
            release_date=data["release_date"],
            seats=self.seats(),
        )


class NewCohortForm(CohortForm):
    """The first page of a new cohort: enough to propose its dates. What is left empty gets a sensible value."""

    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"), queryset=Programme.objects.none(), empty_label=None
    )
    first = DayField(
        label=gettext_lazy("First date"),
        help_text=gettext_lazy("A weekday. The others are proposed after it; you can change every one of them."),
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Rhythm"),
        widget=forms.RadioSelect,
        choices=[
            (MONTHLY, gettext_lazy("Every month, on the same weekday as the first date (such as the second Tuesday)")),
            ("2", gettext_lazy("Every two weeks")),
            ("3", gettext_lazy("Every three weeks")),
            ("4", gettext_lazy("Every four weeks")),
        ],
    )
    starts = forms.TimeField(label=gettext_lazy("Sessions begin at"), widget=TimeInput)
    avoid = forms.CharField(
        label=gettext_lazy("Days to avoid"),
        required=False,
        widget=forms.TextInput(attrs={"class": "width-20"}),
        help_text=gettext_lazy(
            "Weekends, public holidays and their eves, bridge days and July are avoided anyway. "
            "Write dates such as 2027-03-09, with a comma between them."
        ),
    )

    def __init__(self, *args: Any, programmes: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        for name, help_text in (
            ("name", _("Left empty, it is named after its term, such as “VT 2027 A”.")),
            ("applications_open", _("Left empty: today.")),
            ("applications_close", _("Left empty: four weeks before the first session.")),
        ):
            self.fields[name].required = False
            self.fields[name].help_text = help_text

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        if first <= self.today:
            raise forms.ValidationError(_("Choose a date that is ahead in time."))
        if first.weekday() >= SATURDAY:
            raise forms.ValidationError(_("Choose a date from Monday to Friday."))
        return first

    def clean_avoid(self) -> frozenset[date]:
        words = [word for word in re.split(r"[\s,;]+", self.cleaned_data["avoid"]) if word]
        try:
            return frozenset(date.fromisoformat(word) for word in words)
        except ValueError as error:
            raise forms.ValidationError(_("Write dates as 2027-03-09, with a comma between them.")) from error

    def clean(self) -> dict[str, Any]:
        """Fill in what was left empty, and keep the seats within the programme's region."""
        data = self.cleaned_data
        programme, first = data.get("programme"), data.get("first")
        if programme and first:
            opens, closes = application_period(first, today=self.today)
            given = data.get("applications_open"), data.get("applications_close")
            data["applications_open"] = given[0] or min(opens, given[1] or opens)
            data["applications_close"] = given[1] or max(closes, data["applications_open"])
            if not data.get("name"):
                data["name"] = suggested_name(first, set(programme.cohorts.values_list("name", flat=True)))
            if programme.cohorts.filter(name=data["name"]).exists():
                self.add_error("name", _("The programme already has a cohort with this name."))
            for municipality in self.seats():
                if municipality.region_id != programme.region_id:
                    self.add_error(self._seats_name(municipality), _("This municipality belongs to another region."))
        return super().clean()

    def rhythm_of_dates(self) -> Rhythm:
        """The rhythm that was chosen; the form must be valid."""
        chosen = self.cleaned_data["rhythm"]
        return NthWeekday.of(self.cleaned_data["first"]) if chosen == MONTHLY else EveryWeeks(int(chosen))
