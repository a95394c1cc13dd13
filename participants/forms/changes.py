"""What is asked before an enrolment is changed."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from participants.details import validate_no_identity_number


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
