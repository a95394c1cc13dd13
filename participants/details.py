"""What an employer states about someone she enrols, and what a name or a workplace may contain."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from participants.choices import Degree
from participants.rules.eligibility import Facts
from regions.models import Municipality

LONGEST_NAME = 60
LONGEST_WORKPLACE = 100
EARLIEST_EMPLOYMENT = date(1970, 1, 1)
FURTHEST_AHEAD_DAYS = 366
# The answer to "which of those who bear her name is she?" that names none.
DIFFERENT = "different"

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’´-])*")
# Ten or twelve digits as in a personal identity number, however they are divided.
_IDENTITY_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")


@dataclass(frozen=True)
class PersonDetails:
    """One person as her employer states her. Days are local; what the programme doesn't ask for is empty.

    `accepts_warnings`: the employer has read what the rules of eligibility warn about, and enrols her all the same.
    `same_as`: she is that participant, who is registered with another address; `update_address`: to be written to at
    `email` from now on. `different`: she is none of those who bear her name.
    """

    first_name: str
    last_name: str
    email: str
    municipality: Municipality
    unit: str
    title: str
    employed_from: date
    degree: str = ""
    graduated: date | None = None
    prior_courses: str = ""
    accepts_warnings: bool = False
    same_as: UUID | None = None
    update_address: bool = False
    different: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def facts(self) -> Facts:
        """What the rules of eligibility look at."""
        return Facts(self.employed_from, self.degree, self.graduated, self.prior_courses)

    @property
    def address(self) -> str:
        """The e-mail address as people are found by it: in lower case."""
        return self.email.strip().lower()


class StatesFacts(Protocol):
    """A PersonDetails or an Enrolment."""

    @property
    def degree(self) -> str: ...
    @property
    def graduated(self) -> date | None: ...
    @property
    def prior_courses(self) -> str: ...


def facts_in_words(stated: StatesFacts) -> dict[str, str]:
    """The facts that an employer has stated, each under its label, as pages show them; without those not asked for."""
    facts = {
        pgettext("question", "Degree"): str(Degree(stated.degree).label) if stated.degree else "",
        str(_("Day of the degree")): date_format(stated.graduated) if stated.graduated else "",
        pgettext("eligibility", "Earlier course"): stated.prior_courses,
    }
    return {label: fact for label, fact in facts.items() if fact}


def validate_name(value: str) -> None:
    """Raise ValidationError unless `value` can be a name: letters, and what stands between them."""
    if not _NAME.fullmatch(value):
        raise ValidationError(_("A name consists of letters, spaces and hyphens."))


def holds_identity_number(value: str) -> bool:
    """Whether `value` holds what looks like a personal identity number."""
    return _IDENTITY_NUMBER.search(value) is not None


def validate_no_identity_number(value: str) -> None:
    """Raise ValidationError if `value` holds a personal identity number (GDPR, article 5.1 c)."""
    if holds_identity_number(value):
        raise ValidationError(_("Leave the personal identity number out: it is not needed."))


def without_identity_number(value: str) -> str:
    """`value`, or nothing if it is what looks like a personal identity number and no more."""
    return "" if _IDENTITY_NUMBER.fullmatch(value) else value


def problem_with_employment_day(day: date, *, today: date) -> str | None:
    """Why `day` can hardly be the first day of an employment, or that of a degree, or None."""
    if day < EARLIEST_EMPLOYMENT or (day - today).days > FURTHEST_AHEAD_DAYS:
        return str(_("Check the year."))
    return None
