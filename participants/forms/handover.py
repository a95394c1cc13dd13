"""Who takes over the people of a manager."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.forms import form_helper
from participants.models import Enrolment
from participants.querysets import EnrolmentQuerySet

NOBODY = "nobody"


class ReceiverForm(forms.Form):
    """One of `managers`, or nobody in particular."""

    helper = form_helper()
    to = forms.ChoiceField(
        label=_("Who takes over?"), widget=forms.RadioSelect, error_messages={"required": _("Choose who takes over.")}
    )

    def __init__(self, *args: Any, managers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.managers = {str(manager.pk): manager for manager in managers}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            *((pk, f"{manager.full_name}, {manager.email}") for pk, manager in self.managers.items()),
            (NOBODY, _("Nobody in particular: all managers of the municipality are told")),
        ]

    def clean_to(self) -> User | None:
        """The manager who was chosen; None for nobody."""
        return self.managers.get(self.cleaned_data["to"])


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """Enrolments, each said by who and where."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Enrolment) -> str:
        return f"{obj.participant}, {obj.cohort.name} ({obj.get_status_display().lower()})"


class HandOverForm(ReceiverForm):
    """Some of `people`, at first all of them, and who takes them over."""

    people = PeopleField(
        label=_("People"), queryset=None, error_messages={"required": _("Choose at least one person.")}
    )

    def __init__(self, *args: Any, people: EnrolmentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]
        self.fields["people"].initial = [enrolment.pk for enrolment in people]
        self.order_fields(["people", "to"])
