"""What is asked about one person to enrol."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from common.validators import validate_one_line
from common.widgets import DateInput
from participants.details import (
    LONGEST_NAME,
    LONGEST_WORKPLACE,
    PersonDetails,
    problem_with_employment_day,
    validate_name,
    validate_no_identity_number,
)
from participants.forms.fields import offer_municipalities
from regions.models import Municipality


class PersonForm(forms.Form):
    """One person to enrol. The municipality is asked for only where there are several to choose from.

    `municipalities` are those for which the user may enrol, by id.
    """

    first_name = forms.CharField(label=_("First name"), max_length=LONGEST_NAME, validators=[validate_name])
    last_name = forms.CharField(label=_("Last name"), max_length=LONGEST_NAME, validators=[validate_name])
    email = forms.EmailField(
        label=_("Work e-mail"),
        help_text=_("Dates and the certificate are sent there, and the participant logs in with it."),
    )
    municipality = forms.TypedChoiceField(label=_("Municipality"), coerce=UUID)
    unit = forms.CharField(
        label=_("Unit"),
        help_text=_("For example Barn och familj."),
        max_length=LONGEST_WORKPLACE,
        validators=[validate_one_line, validate_no_identity_number],
    )
    title = forms.CharField(
        label=_("Job title"),
        help_text=_("For example socialsekreterare."),
        max_length=LONGEST_WORKPLACE,
        validators=[validate_one_line, validate_no_identity_number],
    )
    employed_from = forms.DateField(label=_("Employed from"), widget=DateInput())

    def __init__(self, *args: Any, municipalities: Mapping[UUID, Municipality], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities = municipalities
        self.today = today
        workplace = ["municipality", "unit", "title", "employed_from"]
        if len(municipalities) == 1:
            del self.fields["municipality"]
            workplace.remove("municipality")
        else:
            offer_municipalities(self, municipalities, nothing=_("Choose a municipality"))
        for name, field in self.fields.items():
            # It is someone else whom the form is about: the browser's own name and address don't belong here.
            field.widget.attrs["autocomplete"] = "off"
            if name == "email":
                field.widget.attrs["spellcheck"] = "false"
        self.helper = form_helper(
            Fieldset(str(_("The new hire")), "first_name", "last_name", "email"),
            Fieldset(str(_("Workplace")), *workplace),
        )

    def clean_employed_from(self) -> date:
        """Refuse a year that can't be meant."""
        day: date = self.cleaned_data["employed_from"]
        if problem := problem_with_employment_day(day, today=self.today):
            raise ValidationError(problem)
        return day

    def details(self) -> PersonDetails:
        """The person of a valid form."""
        data = dict(self.cleaned_data)
        chosen = data.pop("municipality", None) or next(iter(self.municipalities))
        return PersonDetails(municipality=self.municipalities[chosen], **data)
