"""What a coordinator states when she shares out the seats of a cohort."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.forms.seats import SeatsPerMunicipality
from cohorts.models import Cohort
from cohorts.rules import LARGEST_COHORT, refusal_of_seats
from common.forms import SeenMixin
from common.widgets import DateInput, DigitsInput
from participants.actions.allocate import Allocation


class Basis(models.TextChoices):
    """What a proposal goes by."""

    POPULATION = "population", pgettext_lazy("basis", "The number of inhabitants")
    LAST_USE = "last_use", pgettext_lazy("basis", "What the last cohort used")


class ProposalForm(forms.Form):
    """What the portal is to propose. The answers stand in the address."""

    by = forms.ChoiceField(label=_("Propose by"), choices=Basis)
    pool = forms.IntegerField(
        label=_("Common seats, at least"),
        required=False,
        min_value=0,
        max_value=LARGEST_COHORT,
        widget=DigitsInput(),
    )

    def __init__(self, *args: Any, has_earlier: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_earlier:
            self.fields["by"].choices = [(Basis.POPULATION, Basis.POPULATION.label)]  # type: ignore[attr-defined]


class AllocationForm(SeenMixin, SeatsPerMunicipality):
    """The seats kept in `cohort`, within its capacity."""

    release_date = forms.DateField(
        label=_("Release date"),
        required=False,
        widget=DateInput(),
        help_text=_("From this day on, seats that a municipality has not used go to the common pool."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort

    @classmethod
    def initial_of(cls, cohort: Cohort, stored: Allocation) -> dict[str, Any]:
        """What the form shows of what is stored."""
        seats = {cls.seats_name(place): seats for place, seats in stored.seats.items()}
        return seats | {"release_date": stored.release_date, "seen": stored.fingerprint}

    def clean(self) -> dict[str, Any]:
        """Hold the seats within the capacity."""
        answers = super().clean() or {}
        kept = sum(self.seats().values())
        if refusal := refusal_of_seats(capacity=self.cohort.capacity, allocated=kept):
            self.add_error(None, refusal)
        return answers

    def allocation(self) -> Allocation:
        """What the action needs; the form must be valid."""
        return Allocation(self.seats(), self.cleaned_data["release_date"])
