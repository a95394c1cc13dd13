"""Forms about what two people may be changing at the same time."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from django import forms

from common.forms import OneLineMixin, SeenMixin, form_helper


class SeenForm(SeenMixin, OneLineMixin, forms.Form):
    """A form whose hidden field `seen` says what its reader saw."""

    helper = form_helper()
