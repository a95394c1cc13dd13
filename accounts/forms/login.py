"""allauth's forms in the portal's words: labels instead of placeholders, and what password managers want to know."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper

SHORTEST_PASSWORD = _("At least 12 characters. Three or four words in a row are easy to remember and hard to guess.")


class _PortalForm(forms.Form):
    """Labels, help and autocomplete of the fields, by name; allauth makes some of them only when a form is built."""

    helper = form_helper()
    labels: dict[str, Any] = {}
    help_texts: dict[str, Any] = {}
    autocomplete: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            if name in self.autocomplete:
                field.widget.attrs["autocomplete"] = self.autocomplete[name]


class RequestLoginCodeForm(_PortalForm, allauth.RequestLoginCodeForm):  # type: ignore[misc]
    labels = {"email": _("Your e-mail address at work")}
    autocomplete = {"email": "username"}


class LoginForm(_PortalForm, allauth.LoginForm):  # type: ignore[misc]
    labels = {"login": _("Your e-mail address at work"), "password": _("Password")}
    autocomplete = {"login": "username", "password": "current-password"}

    @property
    def code_form(self) -> RequestLoginCodeForm:
        """The other way in, on the same page."""
        return RequestLoginCodeForm(initial={"email": self["login"].value()}, auto_id="code_%s")


class ConfirmLoginCodeForm(_PortalForm, allauth.ConfirmLoginCodeForm):  # type: ignore[misc]
    labels = {"code": _("Code from the message")}
    help_texts = {"code": _("Eight digits. You may leave the hyphen out.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"class": "width-10", "inputmode": "numeric", "spellcheck": "false"}


class ReauthenticateForm(_PortalForm, allauth.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": _("Password")}


class ChangePasswordForm(_PortalForm, allauth.ChangePasswordForm):  # type: ignore[misc]
    labels = {
        "oldpassword": _("Your password now"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    help_texts = {"password1": SHORTEST_PASSWORD}


class SetPasswordForm(_PortalForm, allauth.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": _("New password"), "password2": _("New password again")}
    help_texts = {"password1": SHORTEST_PASSWORD}


class ResetPasswordForm(_PortalForm, allauth.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": _("Your e-mail address at work")}
    autocomplete = {"email": "username"}


class ResetPasswordKeyForm(_PortalForm, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": _("New password"), "password2": _("New password again")}
    help_texts = {"password1": SHORTEST_PASSWORD}
