"""How forms are laid out: one helper, so that every form of the portal looks and behaves the same."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms

from common.validators import validate_one_line


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
