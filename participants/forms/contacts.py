"""Who is a municipality's contact, and which municipalities to look for."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.forms import form_helper
from participants.rules.contacts import Standing

LEFT = "left"
STANDINGS = {
    Standing.NO_MANAGER: gettext_lazy("No manager"),
    Standing.NO_CONTACT: gettext_lazy("No contact"),
    Standing.LEFT: gettext_lazy("Says they have left"),
    Standing.STALE: gettext_lazy("Has not answered"),
    Standing.ASKED: gettext_lazy("Asked"),
    Standing.UNASKED: gettext_lazy("Not asked yet"),
    Standing.CONFIRMED: gettext_lazy("Confirmed"),
}
NEEDS_ACTION = "needs-action"


class ContactForm(forms.Form):
    """Which of `managers` is the contact; `contact` is who is it now, `user` who answers."""

    helper = form_helper()
    who = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": gettext_lazy("Choose who the contact is.")}
    )

    def __init__(self, *args: Any, managers: Iterable[User], contact: User | None, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.managers = {str(manager.pk): manager for manager in managers}
        choices = [(pk, _said(manager, contact=contact, user=user)) for pk, manager in self.managers.items()]
        choices.sort(key=lambda choice: contact is None or choice[0] != str(contact.pk))
        if contact == user:
            choices.append((LEFT, _("I am no longer a manager here")))
        self.fields["who"].label = _("Who is the contact?")
        self.fields["who"].choices = choices  # type: ignore[attr-defined]

    def clean_who(self) -> User | None:
        """The manager who was chosen; None if the contact has left."""
        return self.managers.get(self.cleaned_data["who"])


def _said(manager: User, *, contact: User | None, user: User) -> str:
    if manager == contact:
        return _("Yes, it is still me") if manager == user else _("Still %(name)s") % {"name": manager.full_name}
    if manager == user:
        return _("It is me")
    return f"{manager.full_name}, {manager.email}"


class ContactFilter(forms.Form):
    """What the list of contacts is narrowed down to."""

    q = forms.CharField(
        label=gettext_lazy("Municipality or name"), required=False, widget=forms.SearchInput, max_length=80
    )
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[("", gettext_lazy("All")), (NEEDS_ACTION, gettext_lazy("Needs action")), *STANDINGS.items()],
    )
