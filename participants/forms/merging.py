"""What is asked before two people are merged."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from common.validators import validate_one_line
from participants.details import validate_no_identity_number
from participants.duplicates.merging import MergePlan, Taken

KEPT, OTHER = "kept", "other"


class MergeForm(forms.Form):
    """Which name and which address stay, and why the two are merged; asked only where they differ."""

    helper = form_helper()
    name = forms.ChoiceField(label=_("Which name stays?"), widget=forms.RadioSelect, initial=KEPT)
    address = forms.ChoiceField(
        label=_("Which e-mail address stays?"),
        help_text=_("Messages go there. Logging in works with the address of the one who is kept."),
        widget=forms.RadioSelect,
        initial=KEPT,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Shown in the history. Write nothing about health or private life."),
        required=False,
        validators=[MaxLengthValidator(300), validate_one_line, validate_no_identity_number],
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, plan: MergePlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept, other = plan.kept, plan.other
        self.fields["seen"].initial = plan.fingerprint
        self._offer("name", kept.full_name, other.full_name)
        self._offer("address", kept.email, other.email)

    def _offer(self, name: str, kept: str, other: str) -> None:
        if kept == other:
            del self.fields[name]
        else:
            self.fields[name].choices = [(KEPT, kept), (OTHER, other)]  # type: ignore[attr-defined]

    def taken(self) -> Taken:
        """What a valid form takes over."""
        chosen = self.cleaned_data
        return Taken(name=chosen.get("name") == OTHER, address=chosen.get("address") == OTHER)
