"""Forms about what two people may be changing at the same time."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Iterator
from typing import Any, Self

from django import forms

from common.forms import OneLineMixin, form_helper


class SeenForm(OneLineMixin, forms.Form):
    """A form whose hidden field `seen` says what its reader saw."""

    helper = form_helper()

    def against(self, seen: object, **options: Any) -> Self:
        """The same answers as if their sender had seen what `seen` stands for, to be sent again or not."""
        answers = {name: self.data.get(self.add_prefix(name)) for name in self.fields} | {"seen": str(seen)}
        return type(self)(answers, **options)

    def differences(self, stored: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Label, stored value and the form's, where they differ: for someone whose change met another's."""
        for name, field in self.fields.items():
            theirs, mine = stored.get(name), self.cleaned_data.get(name)
            if name != "seen" and theirs != mine:
                yield str(field.label), _shown(field, theirs), _shown(field, mine)


class Lines(forms.CharField):
    """Text of several lines, with line breaks as everywhere but in forms."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def _shown(field: forms.Field, value: Any) -> str:
    return str(field.widget.format_value(field.prepare_value(value)) or "–")
