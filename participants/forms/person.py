"""What is asked about one person to enrol, a page at a time."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from common.validators import validate_one_line
from common.widgets import DateInput
from participants.details import (
    LONGEST_NAME,
    LONGEST_WORKPLACE,
    problem_with_employment_day,
    validate_name,
    validate_no_identity_number,
)
from participants.forms.fields import offer_municipalities
from regions.models import Municipality

# It is someone else whom the form is about: the browser's own name and address don't belong here.
NOT_ONES_OWN = {"autocomplete": "off"}


class WhoForm(forms.Form):
    """The name and the work e-mail address of a new hire."""

    helper = form_helper()
    first_name = forms.CharField(
        label=_("First name"),
        max_length=LONGEST_NAME,
        validators=[validate_name],
        widget=forms.TextInput(NOT_ONES_OWN),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=LONGEST_NAME,
        validators=[validate_name],
        widget=forms.TextInput(NOT_ONES_OWN),
    )
    email = forms.EmailField(
        label=_("Work e-mail"),
        help_text=_("Dates and the certificate are sent there, and the participant logs in with it."),
        widget=forms.EmailInput(NOT_ONES_OWN | {"spellcheck": "false"}),
    )


class WorkplaceForm(forms.Form):
    """Where a new hire works, and since when. The municipality is asked for only where there are several.

    `municipalities` are those for which the user may enrol, by id.
    """

    municipality = forms.TypedChoiceField(
        label=_("Municipality"), coerce=UUID, widget=forms.Select(NOT_ONES_OWN), required=True
    )
    unit = forms.CharField(
        label=_("Unit"),
        help_text=_("For example Barn och familj."),
        max_length=LONGEST_WORKPLACE,
        validators=[validate_one_line, validate_no_identity_number],
        widget=forms.TextInput(NOT_ONES_OWN),
    )
    title = forms.CharField(
        label=_("Job title"),
        help_text=_("For example socialsekreterare."),
        max_length=LONGEST_WORKPLACE,
        validators=[validate_one_line, validate_no_identity_number],
        widget=forms.TextInput(NOT_ONES_OWN),
    )
    employed_from = forms.DateField(label=_("Employed from"), widget=DateInput(NOT_ONES_OWN))

    def __init__(self, *args: Any, municipalities: Mapping[UUID, Municipality], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities = municipalities
        self.today = today
        if len(municipalities) == 1:
            del self.fields["municipality"]
        else:
            offer_municipalities(self, municipalities, nothing=_("Choose a municipality"))
        self.helper = form_helper()

    def clean_employed_from(self) -> date:
        """Refuse a year that can't be meant."""
        day: date = self.cleaned_data["employed_from"]
        if problem := problem_with_employment_day(day, today=self.today):
            raise ValidationError(problem)
        return day

    def stated(self) -> dict[str, Any]:
        """The answers of a valid form, as PersonDetails takes them."""
        chosen = self.cleaned_data.get("municipality") or next(iter(self.municipalities))
        return {**self.cleaned_data, "municipality": self.municipalities[chosen]}
