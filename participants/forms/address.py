"""Where a person is written to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import OneLineMixin, form_helper
from participants.forms.person import NOT_ONES_OWN


class AddressForm(OneLineMixin, forms.Form):
    """A person's work e-mail address."""

    helper = form_helper()

    email = forms.EmailField(label=_("Work e-mail"), widget=forms.EmailInput(NOT_ONES_OWN))
