"""What forms let through of what others will read."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError

from common.forms import Lines, OneLineMixin
from common.validators import validate_one_line
from participants.details import validate_name
from participants.forms.imports import ImportForm
from sessions.forms.new_cohort import NewCohortForm

OUR_APPS = {Path(app.path).name for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
# What is read cell by cell or day by day, never as it was typed.
PASTED = {(ImportForm, "pasted"), (NewCohortForm, "dates")}
# What the portal compares with what it knows, and keeps nothing of.
COMPARED = {"q", "seen", "code", "nummer", "kod", "namn"}


def our_forms(kind: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    """Those of our apps among the forms that extend `kind`: pages import them all."""
    for form in kind.__subclasses__():
        if form.__module__.partition(".")[0] in OUR_APPS and hasattr(form, "base_fields"):
            yield form
        yield from our_forms(form)


def fields() -> list[tuple[type[forms.BaseForm], str, forms.Field]]:
    import_module(settings.ROOT_URLCONF)
    return [(form, name, field) for form in set(our_forms()) for name, field in form.base_fields.items()]


def test_a_text_of_several_lines_hides_nothing_in_whichever_form_it_is_written() -> None:
    several = [(form, name, field) for form, name, field in fields() if isinstance(field.widget, forms.Textarea)]
    assert len(several) > 10
    assert {(form, name) for form, name, field in several if not isinstance(field, Lines)} == PASTED


def test_a_text_of_one_line_is_one_in_whichever_form_it_is_written() -> None:
    lines = [
        (form, name, field)
        for form, name, field in fields()
        if type(field) is forms.CharField and (form, name) not in PASTED and name not in COMPARED
    ]
    assert len(lines) > 20
    assert [
        (form, name)
        for form, name, field in lines
        if not issubclass(form, OneLineMixin)
        and not any(check in field.validators for check in (validate_one_line, validate_name))
    ] == []


class TestLines:
    @pytest.mark.parametrize("typed", ["ett\r\ntvå", "ett\rtvå", "ett\x0btvå", "ett\u2028två", "ett\ntvå\n"])
    def test_every_line_break_is_one_and_the_same(self, typed: str) -> None:
        assert Lines().clean(typed) == "ett\ntvå"

    def test_a_tab_is_a_space(self) -> None:
        assert Lines().clean("-\tlunch") == "- lunch"

    @pytest.mark.parametrize("hidden", ["\x08", "\x1b", "\x7f", "\x80", "\u202a", "\u202e", "\u2066", "\u2069"])
    def test_what_nobody_sees_is_refused(self, hidden: str) -> None:
        with pytest.raises(ValidationError, match=rf"U\+{ord(hidden):04X}"):
            Lines().clean(f"kom i {hidden}tid")

    def test_an_empty_text_stays_empty(self) -> None:
        assert Lines(required=False).clean("") == ""
