"""What people type and upload to enrol others."""

from __future__ import annotations  # Django's file class takes a type argument in annotations only

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from common.templatetags.interface import file_size
from common.validators import validate_one_line
from common.widgets import DateInput
from participants.choices import EnrolmentStatus
from participants.details import (
    LONGEST_NAME,
    LONGEST_WORKPLACE,
    PersonDetails,
    problem_with_employment_day,
    validate_name,
    validate_no_identity_number,
)
from regions.models import Municipality

LARGEST_FILE = 5 * 1024 * 1024


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
            _offer(self, municipalities, nothing=_("Choose a municipality"))
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


class ImportForm(forms.Form):
    """A list of new hires. `municipalities` are those for which the user may enrol, by id."""

    file = forms.FileField(
        label=_("The list"),
        help_text=_("An Excel file (.xlsx) or a .csv file, at most 5,000 rows."),
        widget=forms.FileInput({"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    municipality = forms.TypedChoiceField(label=_("Municipality"), coerce=UUID, empty_value=None, required=False)

    def __init__(self, *args: Any, municipalities: Mapping[UUID, Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities = municipalities
        if len(municipalities) == 1:
            del self.fields["municipality"]
        else:
            _offer(self, municipalities, nothing=_("As the list says, row by row"))
        self.helper = form_helper()

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large to be a list of people, before it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST_FILE:
            raise ValidationError(
                _("The file may be at most %(size)s. Copy only the list to a new file.")
                % {"size": file_size(LARGEST_FILE)}
            )
        return file

    def chosen_municipality(self) -> Municipality | None:
        """The municipality of the whole list; None if each row names its own."""
        if "municipality" not in self.fields:
            return next(iter(self.municipalities.values()))
        chosen = self.cleaned_data["municipality"]
        return self.municipalities[chosen] if chosen else None


class WithdrawForm(forms.Form):
    """Why an enrolment is withdrawn."""

    helper = form_helper()
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Shown in the enrolment's history. Write nothing about health or private life."),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        validators=[MaxLengthValidator(300), validate_no_identity_number],
    )


class EnrolmentFilter(forms.Form):
    """What a coordinator looks for among a cohort's enrolments. Nothing of it is required."""

    q = forms.CharField(label=_("Name, e-mail or reference"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    municipality = forms.TypedChoiceField(label=_("Municipality"), coerce=UUID, empty_value=None, required=False)

    def __init__(self, *args: Any, municipalities: Mapping[UUID, Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("All")), *EnrolmentStatus.choices]  # type: ignore[attr-defined]
        _offer(self, municipalities, nothing=_("All"))


def _offer(form: forms.Form, municipalities: Mapping[UUID, Municipality], *, nothing: str | Promise) -> None:
    """Let the form's municipality be one of these; `nothing` is what it says before one is chosen."""
    places = [(str(pk), str(place)) for pk, place in municipalities.items()]
    form.fields["municipality"].choices = [("", nothing), *places]  # type: ignore[attr-defined]
