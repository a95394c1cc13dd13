from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from messaging.choices import Topic

LABELS = {"email": _("By e-mail"), "sms": _("By SMS")}


class PreferencesForm(forms.Form):
    """What somebody wants to get: `email`, and where she has given a number, `sms`."""

    helper = form_helper()

    def __init__(self, *args: Any, topics: Mapping[str, Sequence[Topic]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, among in topics.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=LABELS[name],
                required=False,
                choices=[(topic.value, topic.label) for topic in among],
                widget=forms.CheckboxSelectMultiple,
            )

    def wanted(self, name: str) -> list[Topic]:
        """What is ticked in the field of that name."""
        return [Topic(value) for value in self.cleaned_data[name]]
