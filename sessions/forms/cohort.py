"""A cohort's details: its name, its seats and when people may apply."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.forms.seats import SeatsPerMunicipality
from cohorts.models import Cohort
from cohorts.rules import LARGEST_COHORT, refusal_of_seats
from common.forms import HttpsField, OneLineMixin
from common.widgets import DigitsInput
from sessions.actions.change_cohort import details_of
from sessions.actions.plan_cohort import CohortDetails
from sessions.forms.fields import DayField


class CohortForm(OneLineMixin, SeatsPerMunicipality):
    """Details of a cohort that exists. `taken` seats can't be removed."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "width-20"})
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Seats"),
        min_value=1,
        max_value=LARGEST_COHORT,
        widget=DigitsInput(),
    )
    applications_open = DayField(label=gettext_lazy("Applications open"))
    applications_close = DayField(label=gettext_lazy("Last day of application"))
    release_date = DayField(
        label=gettext_lazy("Release date"),
        required=False,
        help_text=gettext_lazy("From this day on, seats that a municipality has not used go to the common pool."),
    )

    evaluation_url = HttpsField(
        label=gettext_lazy("Address of the evaluation"),
        required=False,
        help_text=gettext_lazy("If the cohort has a survey of its own. Else the programme's is asked for."),
    )

    def __init__(self, *args: Any, taken: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = taken

    @classmethod
    def initial_of(cls, cohort: Cohort) -> dict[str, Any]:
        """What the form shows of a cohort."""
        details = details_of(cohort)
        return details.as_fields() | {cls.seats_name(place): seats for place, seats in details.seats.items()}

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
            evaluation_url=data["evaluation_url"],
        )
