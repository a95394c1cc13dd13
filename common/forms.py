"""What forms have in common: one layout, names in one line, and what two people may be changing at the same time."""

from collections.abc import Iterator
from typing import Any, Self

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms

from common.validators import validate_https, validate_one_line, validate_visible


def form_helper(*layout: str | LayoutObject) -> FormHelper:
    """Return the crispy helper for a form whose `<form>` tag and buttons the template writes.

    Fields come in the form's order, or as `layout` says. Errors stand at their field and in the error summary, which
    the template puts above the form; crispy's own list of them is left out, and so is its picture of a field, which
    shows a radio group's error inside the last choice.
    """
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_show_errors = False
    helper.field_template = "components/_field.html"
    if layout:
        helper.layout = Layout(*layout)
    return helper


class OneLineMixin:
    """For forms about names: a text that is asked for in one line holds one line.

    No browser sends a line break from such a field; whoever does may aim at the header of a mail or of a download
    (ASVS 5.0, 1.2).
    """

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if type(field) is forms.CharField and not isinstance(field.widget, forms.Textarea):
                field.validators.append(validate_one_line)


class SeenMixin(forms.BaseForm):
    """For forms about what two people may be changing: the hidden field `seen` says what its reader saw."""

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


class HttpsField(forms.URLField):
    """An address on the web that begins with https://; what is typed without a beginning gets that one."""

    default_validators = [validate_https]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", max_length=200, **kwargs)


class Lines(forms.CharField):
    """Text of several lines that others read: with one kind of line break, and no character that nobody sees.

    What other programs break lines with, and tabs, come along when somebody pastes from them.
    """

    default_validators = [validate_visible]
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return "\n".join(str(super().to_python(value)).splitlines()).replace("\t", " ")


def _shown(field: forms.Field, value: Any) -> str:
    return str(field.widget.format_value(field.prepare_value(value)) or "–")
