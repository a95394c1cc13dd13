"""One row of a list: from what is written in its cells to a person, or to what is wrong with it. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import gettext as _

from common.validators import validate_one_line
from participants.details import (
    LONGEST_NAME,
    LONGEST_WORKPLACE,
    PersonDetails,
    problem_with_employment_day,
    validate_name,
    validate_no_identity_number,
)
from regions.models import Municipality

# The person in the template, who is nobody.
EXAMPLE_EMAIL = "fornamn.efternamn@example.org"

Validator = Callable[[str], None]

VALIDATORS: Mapping[str, tuple[Validator, ...]] = {
    "first_name": (validate_name, MaxLengthValidator(LONGEST_NAME)),
    "last_name": (validate_name, MaxLengthValidator(LONGEST_NAME)),
    "email": (validate_email, MaxLengthValidator(254)),
    "unit": (validate_one_line, validate_no_identity_number, MaxLengthValidator(LONGEST_WORKPLACE)),
    "title": (validate_one_line, validate_no_identity_number, MaxLengthValidator(LONGEST_WORKPLACE)),
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari", "january"),
            ("feb", "februari", "february"),
            ("mar", "mars", "march"),
            ("apr", "april"),
            ("maj", "may"),
            ("jun", "juni", "june"),
            ("jul", "juli", "july"),
            ("aug", "augusti", "august"),
            ("sep", "sept", "september"),
            ("okt", "oct", "oktober", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
YEAR_FIRST = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
DAY_FIRST = re.compile(r"(\d{1,2})[-/. ] ?(\d{1,2})[-/., ] ?(\d{4}|\d{2})")
NAMED_MONTH = re.compile(r"(\d{1,2})\.? ?([a-z]+)\.? ?(\d{4}|\d{2})")
# Excel's day 1 is 1900-01-01, and it believes in 1900-02-29: from March 1900 on, days count from here.
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)


@dataclass(frozen=True)
class Row:
    """A row as it was read. `values` are its cells by column; `number` is its number in the file."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """What a row says: a person, or problems by column."""

    row: Row
    person: PersonDetails | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


def understand(
    row: Row, *, municipalities: Mapping[UUID, Municipality], only: Municipality | None, today: date
) -> Reading:
    """What `row` says. `only` is the municipality of the whole list, if it has one; the row may then name no other."""
    values = {**row.values, **_names(row.values)}
    problems = {column: problem for column in VALIDATORS if (problem := _problem(column, values.get(column, "")))}
    employed_from = read_date(values.get("employed_from", ""))
    if employed_from is None:
        problems["employed_from"] = _problem_with_date(values.get("employed_from", ""))
    elif problem := problem_with_employment_day(employed_from, today=today):
        problems["employed_from"] = problem
    municipality = _municipality(values.get("municipality", ""), municipalities, only)
    if municipality is None:
        problems["municipality"] = _problem_with_municipality(values.get("municipality", ""), only)
    if problems or municipality is None or employed_from is None:
        return Reading(row, problems=problems)
    person = PersonDetails(
        first_name=values["first_name"],
        last_name=values["last_name"],
        email=values["email"].lower(),
        municipality=municipality,
        unit=values["unit"],
        title=values["title"],
        employed_from=employed_from,
    )
    return Reading(row, person=person)


def read_date(text: str) -> date | None:
    """The day that `text` names: 2026-03-01, 20260301, 1/3 2026, 1.3.26, 1 mars 2026 or Excel's number of it.

    The day comes before the month, as it does in Swedish. None if it is no day.
    """
    text = " ".join(text.casefold().split())
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif (match := NAMED_MONTH.fullmatch(text)) and match[2] in MONTHS:
        day, month, year = int(match[1]), MONTHS[match[2]], int(match[3])
    elif text.isdecimal() and int(text) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(text))
    else:
        return None
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _names(values: Mapping[str, str]) -> dict[str, str]:
    """First and last name out of one cell: "Öberg, Åsa", or the first word and the rest."""
    if "name" not in values or ("first_name" in values and "last_name" in values):
        return {}
    name = values["name"]
    if "," in name:
        last, _comma, first = name.partition(",")
    else:
        first, _space, last = name.partition(" ")
    return {"first_name": first.strip(), "last_name": last.strip()}


def _problem(column: str, value: str) -> str | None:
    if not value:
        return _("Missing.")
    if value.lower() == EXAMPLE_EMAIL:
        return _("This is the example in the template.")
    try:
        for validate in VALIDATORS[column]:
            validate(value)
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def _problem_with_date(text: str) -> str:
    return _("Write the day as 2026-03-01.") if text else _("Missing.")


def _municipality(
    text: str, municipalities: Mapping[UUID, Municipality], only: Municipality | None
) -> Municipality | None:
    if not text:
        return only
    found = next((place for place in municipalities.values() if _plain(text) in _names_of(place)), None)
    return found if only is None or found == only else None


def _problem_with_municipality(text: str, only: Municipality | None) -> str:
    if not text:
        return _("Missing.")
    if only:
        return _("The list is for %(municipality)s.") % {"municipality": only}
    return _("There is no such municipality for which you can enrol.")


def _names_of(place: Municipality) -> set[str]:
    name = _plain(place.name)
    return {place.code, name, f"{name} kommun", f"{name}s kommun", f"{name} stad", f"{name}s stad"}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
