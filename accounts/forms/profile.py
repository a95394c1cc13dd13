from __future__ import annotations  # Django's form classes take type arguments in annotations only

from django import forms

from accounts.models import User
from common.forms import OneLineMixin, form_helper


class ProfileForm(OneLineMixin, forms.ModelForm):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """What a user may change about herself; an action saves it. Her address is what proves who she is, and stays."""

    helper = form_helper()

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "language": forms.RadioSelect,
        }
