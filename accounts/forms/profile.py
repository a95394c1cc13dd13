from __future__ import annotations  # Django's form classes take type arguments in annotations only

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.forms import OneLineMixin, form_helper
from common.phones import as_e164, readable


class MobileField(forms.CharField):
    """A mobile number, written as people do; its value is in E.164."""

    widget = forms.TextInput(attrs={"class": "width-20", "type": "tel", "autocomplete": "tel"})

    def prepare_value(self, value: Any) -> Any:
        return readable(value) if value and value == self._kept(value) else value

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and not (text := self._kept(text)):
            raise forms.ValidationError(
                _("Enter the number of a mobile in Sweden or another Nordic country, for example 070-174 06 05.")
            )
        return text

    def _kept(self, text: str) -> str:
        try:
            return as_e164(text)
        except ValueError:
            return ""


class ProfileForm(OneLineMixin, forms.ModelForm):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """What a user may change about herself; an action saves it. Her address is what proves who she is, and stays."""

    mobile = MobileField(
        label=_("Mobile number"),
        required=False,
        help_text=_(
            "If you want reminders by SMS. The number is used for nothing else, and shown to nobody but you. "
            "Empty the field to remove it."
        ),
    )
    helper = form_helper()

    class Meta:
        model = User
        fields = ("first_name", "last_name", "mobile", "language")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "language": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.mobile and not self.instance.can_get_sms:
            del self.fields["mobile"]
