"""What differs from one certificate to the next: its lines of text, in the words and formats of its language."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from certificates.document import CertificateDocument, CertificateModule, Language

# The widest that stands on one line in each size of the name; more than one line is left to a whole layout.
WIDE_NAMES = {"name-short": "n" * 28, "name-long": "n" * 39, "name-longest": "n" * 48}
WIDE_COHORT_NAME = "n" * 45
LONGEST_DAY = date(2088, 9, 30)


class Line(NamedTuple):
    """One line as it stands on the page; `right` if it ends where its column ends, `muted` if it is set in grey."""

    text: str
    right: bool = False
    muted: bool = False


def rows(document: CertificateDocument) -> tuple[CertificateModule, ...]:
    """Return the modules to print: a statement of participation shows those that were attended."""
    if document.kind == "certificate":
        return document.modules
    return tuple(module for module in document.modules if module.date)


def lines(document: CertificateDocument) -> dict[str, Line]:
    """Return all lines that differ from person to person, by name, in the order in which the template prints them."""
    with translation.override(document.language):
        found = {
            "name": Line(document.participant_name),
            "period": Line(_period(document)),
            "count": Line(_count(document)),
        }
        for number, module in enumerate(rows(document), start=1):
            if module.date:
                found[f"date {number}"] = Line(_day(module.date, document.language))
                found[f"hours {number}"] = Line(_hours(module.hours), right=True)
            else:
                found[f"date {number}"] = Line(pgettext("certificate", "Not completed"), muted=True)
                found[f"hours {number}"] = Line("–", right=True, muted=True)
        found["total"] = Line(_hours(document.total_hours), right=True)
        found["issued"] = Line(_issued(document))
        found["number"] = Line(document.number)
        if document.version > 1:
            found["version"] = Line(_("Version %(version)s, replaces earlier ones") % {"version": document.version})
        found["code"] = Line(document.code)
    return {name: line._replace(text=_composed(line.text)) for name, line in found.items()}


def title(document: CertificateDocument) -> str:
    """Return what the file is called in its properties and in the window of a reader."""
    with translation.override(document.language):
        kind = _("Certificate") if document.kind == "certificate" else _("Statement of participation")
    return _composed(f"{kind} {document.number} – {document.participant_name}")


def link_text(document: CertificateDocument) -> str:
    """Return what a screen reader says of the link to the verification page."""
    with translation.override(document.language):
        return _("Check %(number)s at %(address)s") % {
            "number": document.number,
            "address": document.verification_page,
        }


def placeholder(document: CertificateDocument) -> CertificateDocument:
    """Return `document` with the widest lines that fit: it is the same for all who can be printed on one master."""
    return replace(
        document,
        number="MMMMMM-8888-888888",
        code="MMMM-MMMM-MMMM-MMMM",
        verification_url=f"{document.verification_page}?",
        version=88 if document.version > 1 else 1,
        participant_name=WIDE_NAMES[name_size(document)],
        cohort_name=WIDE_COHORT_NAME,
        modules=tuple(replace(row, date=LONGEST_DAY, hours=Decimal("888.88")) for row in rows(document)),
        total_hours=Decimal("8888.88"),
        modules_earned=888,
        first_date=LONGEST_DAY.replace(day=29),
        last_date=LONGEST_DAY,
        issued_on=LONGEST_DAY,
        issued_at=datetime(2088, 9, 30, tzinfo=UTC),
    )


def name_size(document: CertificateDocument) -> str:
    """Return the class in which the template sets the name."""
    letters = len(_composed(document.participant_name))
    if letters <= 28:
        return "name-short"
    return "name-long" if letters <= 44 else "name-longest"


def _period(document: CertificateDocument) -> str:
    first, last = (_day(day, document.language) for day in (document.first_date, document.last_date))
    return f"{document.cohort_name}, {first}" + ("" if first == last else f"–{last}")


def _count(document: CertificateDocument) -> str:
    numbers = {
        "earned": document.modules_earned,
        "total": document.modules_total,
        "required": document.modules_required,
    }
    if document.kind == "statement":
        text = ngettext(
            "Attended %(earned)s of %(total)s module.", "Attended %(earned)s of %(total)s modules.", numbers["total"]
        )
    else:
        text = ngettext(
            "%(earned)s of %(total)s module completed; the certificate requires %(required)s.",
            "%(earned)s of %(total)s modules completed; the certificate requires %(required)s.",
            numbers["total"],
        )
    return text % numbers


def _issued(document: CertificateDocument) -> str:
    day = _day(document.issued_on, document.language)
    if not document.place:
        return day
    return pgettext("certificate", "%(place)s, %(date)s") % {"place": document.place, "date": day}


@lru_cache(maxsize=4096)
def _day(day: date, language: Language) -> str:
    """The day with the month's name; `language` is the one that is active."""
    return date_format(day, "j F Y")


def _hours(hours: Decimal) -> str:
    return number_format(hours.normalize())


def _composed(text: str) -> str:
    """Composed letters (NFC), since fonts place loose accents badly, and single blanks, as in HTML."""
    return " ".join(unicodedata.normalize("NFC", text).split())
