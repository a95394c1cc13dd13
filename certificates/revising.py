"""What a new version of a certificate would say, beside what the present one says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.document import CertificateDocument, CertificateModule
from certificates.freezing import freeze, logo_of
from certificates.models import Certificate
from certificates.rules.issuing import refusal_to_revise
from common.fingerprints import fingerprint
from sessions.attendance.ledger import Standing, standings

# What every version has of its own.
OF_THE_VERSION = {"code", "verification_url", "version", "issued_on", "issued_at"}
LABELS: dict[str, str | Promise] = {
    "participant_name": gettext_lazy("Name"),
    "programme_title": gettext_lazy("Programme"),
    "cohort_name": gettext_lazy("Cohort"),
    "region_name": gettext_lazy("Issued by"),
    "language": gettext_lazy("Language"),
    "total_hours": gettext_lazy("Hours in total"),
    "modules_earned": gettext_lazy("Modules earned"),
    "modules_total": gettext_lazy("Modules in the programme"),
    "modules_required": gettext_lazy("Modules required for a certificate"),
    "first_date": gettext_lazy("First date"),
    "last_date": gettext_lazy("Last date"),
    "signatory_name": gettext_lazy("Signatory"),
    "signatory_title": gettext_lazy("Signatory's title"),
    "place": gettext_lazy("Place of issue"),
}


@dataclass(frozen=True)
class Difference:
    """What `label` says, and what it would say; both are empty of what can't be told in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Revision:
    """What would become of a certificate: `refusal` says why there can be no new version of it."""

    standing: Standing
    differences: list[Difference]
    refusal: str | None

    @property
    def fingerprint(self) -> str:
        """Another one for other differences."""
        return fingerprint(self.differences)


def revision_of(certificate: Certificate, *, now: datetime) -> Revision:
    """What a version of `certificate` drawn up now would change. Needs enrolment and region; five queries."""
    standing = standings([certificate.enrolment], reader=None, now=now)[certificate.enrolment_id]
    earned = standing.progress.earned
    found = _differences(certificate, standing) if earned else []
    refusal = refusal_to_revise(
        kind=certificate.kind, earned=earned, qualifies=standing.progress.qualifies, differs=bool(found)
    )
    return Revision(standing, found, refusal)


def _differences(certificate: Certificate, standing: Standing) -> list[Difference]:
    before, after = certificate.document, freeze(certificate, standing, logo=logo_of(certificate.region))
    return differences(before, after)


def differences(before: CertificateDocument, after: CertificateDocument) -> list[Difference]:
    """What differs between two versions, in the order in which the document holds it."""
    changed = [
        (field.name, getattr(before, field.name), getattr(after, field.name))
        for field in fields(before)
        if field.name not in OF_THE_VERSION and getattr(before, field.name) != getattr(after, field.name)
    ]
    found = [Difference(str(LABELS[name]), _shown(old), _shown(new)) for name, old, new in changed if name in LABELS]
    found += [one for name, old, new in changed if name == "modules" for one in _of_modules(old, new)]
    if any(name not in LABELS and name != "modules" for name, _old, _new in changed):
        found.append(Difference(_("Logo, colour and other looks"), "", ""))
    return found


def _of_modules(before: Iterable[CertificateModule], after: Iterable[CertificateModule]) -> Iterator[Difference]:
    old, new = ({module.number: module for module in modules} for modules in (before, after))
    for number in sorted(old.keys() | new.keys()):
        if old.get(number) != new.get(number):
            label = _("Module %(number)d") % {"number": number}
            yield Difference(label, _in_words(old.get(number)), _in_words(new.get(number)))


def _in_words(module: CertificateModule | None) -> str:
    if module is None:
        return "–"
    hours = _("%(hours)s hours") % {"hours": _shown(module.hours)}
    return " · ".join([module.title, _shown(module.date) if module.date else _("Not earned"), hours])


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, Decimal):
        return str(number_format(value.normalize()))
    return str(dict(settings.LANGUAGES).get(value, value))
