"""What is asked before an enrolment is changed."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from common.forms import Lines, form_helper
from participants.details import validate_no_identity_number


class WithdrawForm(forms.Form):
    """Why an enrolment is withdrawn; if that is `late`, a reason is required."""

    helper = form_helper()
    reason = Lines(
        label=_("Reason"),
        help_text=_("Shown in the enrolment's history. Write nothing about health or private life."),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        validators=[MaxLengthValidator(300), validate_no_identity_number],
    )

    def __init__(self, *args: Any, late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = late


class DeclineForm(WithdrawForm):
    """Why the offer of a seat is declined."""


class TakeBackForm(forms.Form):
    """Why the offer of a seat is taken back."""

    helper = form_helper()
    reason = Lines(
        label=_("Reason"),
        help_text=_("Shown in the enrolment's history, also to the manager. Write nothing about private life."),
        widget=forms.Textarea({"rows": 3}),
        validators=[MaxLengthValidator(300), validate_no_identity_number],
    )


class GiveSeatForm(TakeBackForm):
    """Why someone gets a seat. Only one beyond those that there are needs a reason.

    `beyond` is what the coordinator was told before she agreed: nobody gets a seat beyond unknowingly.
    """

    beyond = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, beyond: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["beyond"].initial = beyond
        self.fields["reason"].required = beyond
