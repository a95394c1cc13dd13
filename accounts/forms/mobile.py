from __future__ import annotations  # Django's form classes take type arguments in annotations only

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.rules import CODE_DIGITS
from common.forms import form_helper
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


class MobileForm(forms.Form):
    """The number to which a code is to be sent."""

    mobile = MobileField(
        label=_("Mobile number"),
        help_text=_("For reminders by SMS and nothing else. We send a code to it, to see that it is yours."),
    )
    helper = form_helper()


class MobileCodeForm(forms.Form):
    """The code that came by SMS. What isn't made of so many digits is a slip, and not held against her."""

    code = forms.CharField(
        label=_("Code from the SMS"),
        help_text=_("Six digits."),
        widget=forms.TextInput(
            attrs={
                "class": "width-10",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "spellcheck": "false",
            }
        ),
    )
    helper = form_helper()

    def clean_code(self) -> str:
        code = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        if not re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", code):
            raise forms.ValidationError(_("The code has six digits. Check it against the SMS."))
        return code
