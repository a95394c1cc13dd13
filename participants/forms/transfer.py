"""Where someone works from now on."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from common.forms import Lines, form_helper
from common.validators import validate_one_line
from common.widgets import DateInput
from participants.actions.transfer import Workplace
from participants.details import LONGEST_WORKPLACE, validate_no_identity_number
from participants.forms.fields import offer_municipalities
from regions.models import Municipality


class TransferForm(forms.Form):
    """The new workplace; `municipalities` are those to choose from, by id."""

    municipality = forms.TypedChoiceField(label=_("New municipality"), coerce=UUID)
    unit = forms.CharField(
        label=_("Unit"), max_length=LONGEST_WORKPLACE, validators=[validate_one_line, validate_no_identity_number]
    )
    title = forms.CharField(
        label=_("Job title"), max_length=LONGEST_WORKPLACE, validators=[validate_one_line, validate_no_identity_number]
    )
    starts = forms.DateField(
        label=_("First day with the new employer"),
        help_text=_("Today or earlier: the change takes effect at once. The employment before ends the day before."),
        widget=DateInput(),
    )
    beyond = forms.BooleanField(
        label=_("Let the seat follow even if the new municipality has none left"),
        help_text=_("Takes a reason."),
        required=False,
    )
    reason = Lines(
        label=_("Reason"),
        help_text=_("Shown to the new employer. Don't name the one before."),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        validators=[MaxLengthValidator(300), validate_no_identity_number],
    )

    def __init__(self, *args: Any, municipalities: Mapping[UUID, Municipality], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities, self.today = municipalities, today
        offer_municipalities(self, municipalities, nothing=_("Choose a municipality"))
        for name in ("municipality", "unit", "title"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.helper = form_helper()

    def clean_starts(self) -> date:
        """Refuse a day ahead: until then she works where she does."""
        day: date = self.cleaned_data["starts"]
        if day > self.today:
            raise ValidationError(_("Come back on that day: the change takes effect at once."))
        return day

    def clean(self) -> dict[str, Any]:
        """A seat beyond those that are left takes a reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("beyond") and not cleaned.get("reason"):
            self.add_error("reason", ValidationError(_("State a reason: the seat is more than there are.")))
        return cleaned

    def workplace(self) -> Workplace:
        """The answers of a valid form."""
        answers = self.cleaned_data
        municipality = self.municipalities[answers["municipality"]]
        return Workplace(municipality, answers["unit"], answers["title"], answers["starts"])
