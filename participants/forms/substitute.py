"""Who takes over a seat."""

from dataclasses import fields
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from common.forms import Lines, form_helper
from participants.details import PersonDetails, validate_no_identity_number
from participants.forms.person import WhoForm, WorkplaceForm

STATED = {field.name for field in fields(PersonDetails)} - {"accepts_warnings"}


class SubstituteForm(WorkplaceForm, WhoForm):
    """One person, as whoever enrols her states her, and why someone else leaves the seat to her.

    `accepts_warnings` is asked once the rules of eligibility have warned about her.
    """

    reason = Lines(
        label=_("Reason for the change"),
        help_text=_("Shown in the enrolment's history. Write nothing about health or private life."),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        validators=[MaxLengthValidator(300), validate_no_identity_number],
    )
    accepts_warnings = forms.BooleanField(
        label=_("I have read what speaks against it, and want the change all the same"),
        error_messages={"required": _("Tick the box if you want the change all the same.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accepts_warnings"].required = False
        self.helper = form_helper(*(name for name in self.fields if name != "accepts_warnings"))

    def person(self) -> PersonDetails:
        """The person of a valid form, without the facts that a programme asks for."""
        return PersonDetails(**{name: stated for name, stated in self.stated().items() if name in STATED})
