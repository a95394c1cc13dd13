from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import SeenMixin
from messaging.forms import WordingForm
from messaging.texts.names import Names
from messaging.texts.text import Example, Wording
from messaging.texts.writing import refusal_of_body, refusal_of_subject


class TextForm(SeenMixin, WordingForm):
    """The words of a text, and for whom they are previewed. `seen` is the number of the version that was read."""

    receiver = forms.ChoiceField(
        label=_("Preview as"),
        required=False,
        widget=forms.Select(attrs={"autocomplete": "off"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, names: Names, examples: Mapping[str, Example], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names, self.examples = names, examples
        self.fields["receiver"].choices = [  # type: ignore[attr-defined]
            *((key, example.label) for key, example in examples.items()),
            ("", _("Somebody who is made up")),
        ]

    def clean_subject(self) -> str:
        return self._readable("subject", refusal_of_subject(self.cleaned_data["subject"], self.names.known))

    def clean_body(self) -> str:
        return self._readable(
            "body", refusal_of_body(self.cleaned_data["body"], self.names.known, facts=self.names.facts)
        )

    def _readable(self, name: str, refusal: str | None) -> str:
        if refusal:
            raise forms.ValidationError(refusal)
        return str(self.cleaned_data[name])

    @property
    def wording(self) -> Wording:
        """The words as they are kept."""
        return self.names.kept(Wording(self.cleaned_data["subject"], self.cleaned_data["body"]))

    @property
    def example(self) -> Example | None:
        return self.examples.get(self.cleaned_data["receiver"])


class ResetTextForm(forms.Form):
    """Which version was read when it was decided to go back to what the portal ships."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
