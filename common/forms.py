"""How forms are laid out: one helper, so that every form of the portal looks and behaves the same."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject


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
