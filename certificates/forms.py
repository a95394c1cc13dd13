"""Forms about certificates and the people who earn them."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.rules import code_as_typed, number_as_typed
from cohorts.models import Cohort
from common.forms import form_helper
from participants.choices import EnrolmentStatus
from participants.querysets import EnrolmentQuerySet
from regions.models import Municipality


class PeopleFilter(forms.Form):
    """Search and filters of the list of people; all are optional, and what isn't understood is left out."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *EnrolmentStatus.choices])
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipalities = list(Municipality.objects.visible_to(user).values_list("pk", "name"))
        self._offer("cohort", Cohort.objects.visible_to(user).values_list("pk", "name"))
        self._offer("municipality", municipalities)
        if len(municipalities) < 2:
            del self.fields["municipality"]

    def _offer(self, field: str, rows: Iterable[tuple[UUID, str]]) -> None:
        """Fill the choices now: a ModelChoiceField would ask the database once more to check what was chosen."""
        choices = cast(forms.ChoiceField, self.fields[field])
        choices.choices = [("", _("All")), *((str(pk), name) for pk, name in rows)]

    def narrow(self, enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
        """Keep those of `enrolments` that are asked for."""
        self.is_valid()
        wanted = {name: self.cleaned_data.get(name) for name in ("status", "cohort", "municipality")}
        found = enrolments.search(self.cleaned_data.get("q", ""))
        return found.filter(**{name: value for name, value in wanted.items() if value})


class VerifyForm(forms.Form):
    """What someone reads off a certificate. The fields are named as in the address that the QR code holds."""

    helper = form_helper()

    nummer = forms.CharField(
        label=_("Certificate number"),
        max_length=40,
        help_text=_("For example SK-2026-0012."),
        widget=forms.TextInput(attrs={"class": "width-20"}),
    )
    kod = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        help_text=_("Sixteen letters and digits, with or without dashes."),
        widget=forms.TextInput(
            attrs={"class": "width-20", "autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    namn = forms.CharField(
        label=_("Name on the certificate"),
        max_length=130,
        required=False,
        help_text=_("The portal doesn't show the name, but says whether yours is the right one."),
        widget=forms.TextInput(attrs={"class": "width-20", "autocomplete": "off"}),
    )

    def clean_nummer(self) -> str:
        return number_as_typed(self.cleaned_data["nummer"])

    def clean_kod(self) -> str:
        return code_as_typed(self.cleaned_data["kod"])


class RevokeForm(forms.Form):
    """Why a certificate is revoked."""

    helper = form_helper()

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Is kept in the log. Write nothing about anyone's health or clients."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
