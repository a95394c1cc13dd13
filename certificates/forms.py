"""Forms about certificates and the people who earn them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from certificates.choices import CertificateKind, Need, Show
from certificates.doubts import doubts_about
from certificates.people.everyone import BY_CHANGE, BY_NAME, FOUND, Everyone, Line
from certificates.querysets import CertificateQuerySet
from certificates.rules.issuing import code_as_typed, number_as_typed
from common.forms import Lines, form_helper
from common.search import words_of
from common.templatetags.interface import file_size
from participants.choices import EnrolmentStatus
from sessions.choices import ProgressState

LARGEST_FILE = 5 * 1024 * 1024  # bytes, of a certificate that somebody wants to verify


class PeopleFilter(forms.Form):
    """Search and filters of the list of people; all are optional, and what isn't understood is left out.

    A filter offers what occurs, with the number of those whom it would leave.
    """

    q = forms.CharField(label=_("Name or e-mail"), required=False, widget=forms.SearchInput)
    progress = forms.ChoiceField(label=_("Progress"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[(BY_NAME, _("By name")), (BY_CHANGE, _("Latest change first"))]
    )
    need = forms.ChoiceField(required=False, choices=Need.choices, widget=forms.HiddenInput)

    FILTERS = ("progress", "status", "programme", "cohort", "municipality", "need")
    # Where there is no choice, there is no need to ask.
    ONLY_IF_SEVERAL = ("programme", "municipality")

    def __init__(self, *args: Any, people: Everyone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.labels = self._labels()
        for name, labels in self.labels.items():
            self._offer(name, labels.items())
            if name in self.ONLY_IF_SEVERAL and len(labels) < 2:
                del self.fields[name]
        self.is_valid()
        self.wanted = {name: self.cleaned_data.get(name, "") for name in self.FILTERS}
        self.wanted["search"] = FOUND if words_of(self.data.get("q", "")) else ""
        self._count()

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return any(self.wanted.values())

    def lines(self) -> list[Line]:
        """Those who are asked for."""
        return self.people.wanted(self.wanted)

    def _labels(self) -> dict[str, dict[str, str]]:
        """What each filter can be set to: the cohort that begins last is the first."""
        cohorts = sorted(
            self.people.cohorts.values(), key=lambda cohort: (cohort.applications_open, cohort.name), reverse=True
        )
        return {
            "progress": {value: str(label) for value, label in ProgressState.choices},
            "status": {value: str(label) for value, label in EnrolmentStatus.choices},
            "programme": {str(cohort.programme_id): str(cohort.programme) for cohort in cohorts},
            "cohort": {str(cohort.pk): cohort.name for cohort in cohorts},
            "municipality": dict(sorted(self.people.municipalities.items(), key=lambda place: place[1])),
        }

    def _count(self) -> None:
        """Leave out what nobody would be left of, and say how many of the rest."""
        for name, labels in self.labels.items():
            if name in self.fields:
                counts = self.people.count(name, self.wanted)
                self._offer(
                    name,
                    (
                        (value, f"{label} ({counts[value]})")
                        for value, label in labels.items()
                        if counts[value] or value == self.wanted[name]
                    ),
                )

    def _offer(self, name: str, options: Iterable[tuple[str, str]]) -> None:
        choices = cast(forms.ChoiceField, self.fields[name])
        choices.choices = [("", _("All")), *options]


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name on the certificate"),
        max_length=130,
        required=False,
        help_text=_("The portal doesn't show the name, but says whether yours is the right one."),
        widget=forms.TextInput(attrs={"class": "width-20", "autocomplete": "off"}),
    )


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
    namn = _name_field()

    def clean_nummer(self) -> str:
        return number_as_typed(self.cleaned_data["nummer"])

    def clean_kod(self) -> str:
        return code_as_typed(self.cleaned_data["kod"])


class VerifyFileForm(forms.Form):
    """The PDF of a certificate, to be looked at and forgotten."""

    helper = form_helper()

    fil = forms.FileField(
        label=_("The certificate's file"),
        help_text=_("The PDF as you received it. Choose it, or drop it here. It isn't kept."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf", "class": "drop"}),
        error_messages={"required": _("Choose the file that you want to verify."), "empty": _("The file is empty.")},
    )
    namn = _name_field()

    def clean_fil(self) -> bytes:
        """Return what the file holds."""
        file = self.cleaned_data["fil"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file is larger than %(size)s: no certificate is.") % {"size": file_size(LARGEST_FILE)}
            )
        content: bytes = file.read()
        return content


class ExampleForm(forms.Form):
    """Which example is shown, out of what is `asked`; whatever isn't understood is the first of its kind.

    Nothing of it is saved, and nothing can be wrong with it: it is shown with what was chosen, and checks nothing.
    """

    KINDS = dict(CertificateKind.choices)
    LANGUAGES = dict(settings.LANGUAGES)

    helper = form_helper()

    kind = forms.ChoiceField(label=_("Show"), choices=list(KINDS.items()))
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()))

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.chosen_kind = _known(asked.get("kind", ""), self.KINDS)
        self.chosen_language = _known(asked.get("language", ""), self.LANGUAGES)
        super().__init__(initial={"kind": self.chosen_kind, "language": self.chosen_language})


def _known(wanted: str, choices: Mapping[str, object]) -> str:
    return wanted if wanted in choices else next(iter(choices))


class ReasonForm(forms.Form):
    """Why something is decided about a certificate."""

    helper = form_helper()

    reason = Lines(
        label=_("Reason"),
        max_length=300,
        help_text=_("Is kept in the log. Write nothing about anyone's health or clients."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RevokeForm(ReasonForm):
    """Why a certificate is revoked: its owner may know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "The participant and the manager can read it, and it is kept in the log. Write nothing about anyone's "
            "health or clients."
        )


class RegisterFilter(forms.Form):
    """Search and filters of the register; all are optional, and what isn't understood is left out."""

    q = forms.CharField(label=_("Name or number"), required=False, widget=forms.SearchInput)
    show = forms.ChoiceField(label=_("Show"), required=False, choices=[("", _("All")), *Show.choices])
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, certificates: CertificateQuerySet, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificates, self.now = certificates, now
        years = certificates.order_by("-year").values_list("year", flat=True).distinct()
        cast(forms.ChoiceField, self.fields["year"]).choices = [
            ("", _("All")),
            *((str(year), str(year)) for year in years),
        ]
        self.is_valid()
        self.wanted = {name: self.cleaned_data.get(name, "") for name in self.fields}

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return any(self.wanted.values())

    def found(self) -> CertificateQuerySet:
        """What is asked for, the latest number first, with what a row shows."""
        found = self.certificates
        if self.wanted["q"]:
            found = found.search(self.wanted["q"])
        if self.wanted["year"]:
            found = found.filter(year=self.wanted["year"])
        if self.wanted["show"] == Show.DOUBT:
            found = found.filter(pk__in=[doubt.certificate.pk for doubt in doubts_about(found, now=self.now)])
        elif self.wanted["show"]:
            found = found.shown_as(self.wanted["show"])
        related = ("enrolment__participant", "enrolment__cohort", "enrolment__programme", "enrolment__municipality")
        found = found.select_related(*related, "region").defer("data", "seal")
        return found.order_by("-year", "-serial", "-version", "region_id")
