"""One row of a list: from what is written in its cells to a person, or to what is wrong with it. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import gettext as _

from common.validators import validate_one_line
from participants.choices import Degree
from participants.details import (
    DIFFERENT,
    LONGEST_NAME,
    LONGEST_WORKPLACE,
    PersonDetails,
    problem_with_employment_day,
    validate_name,
    validate_no_identity_number,
)
from participants.importing.cells import plain, read_course, read_date, read_degree
from regions.models import Municipality

# The person in the template, who is nobody.
EXAMPLE_EMAIL = "fornamn.efternamn@example.org"
LONGEST_COURSES = 200

Validator = Callable[[str], None]

VALIDATORS: Mapping[str, tuple[Validator, ...]] = {
    "first_name": (validate_name, MaxLengthValidator(LONGEST_NAME)),
    "last_name": (validate_name, MaxLengthValidator(LONGEST_NAME)),
    "email": (validate_email, MaxLengthValidator(254)),
    "unit": (validate_one_line, validate_no_identity_number, MaxLengthValidator(LONGEST_WORKPLACE)),
    "title": (validate_one_line, validate_no_identity_number, MaxLengthValidator(LONGEST_WORKPLACE)),
}
VALIDATORS_OF_COURSES = (validate_one_line, validate_no_identity_number, MaxLengthValidator(LONGEST_COURSES))


@dataclass(frozen=True)
class Row:
    """A row as it was read, and mended. `values` are its cells by column; `number` is its number in the file."""

    number: int
    values: Mapping[str, str]
    left_out: bool = False


@dataclass(frozen=True)
class Reading:
    """What a row says: a person, or problems by column."""

    row: Row
    person: PersonDetails | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


def understand(
    row: Row,
    *,
    municipalities: Mapping[UUID, Municipality],
    only: Municipality | None,
    today: date,
    facts: Collection[str] = (),
    course: str = "",
) -> Reading:
    """What `row` says. `only` is the municipality of the whole list, if it has one; the row may then name no other.

    `facts` are the columns of what the programme asks about each person; `course` is the earlier one that it means.
    """
    values = {**row.values, **names_in(row.values)}
    problems = {column: problem for column in VALIDATORS if (problem := _problem(column, values.get(column, "")))}
    employed_from = _day(values, "employed_from", problems, today=today)
    municipality = _municipality(values.get("municipality", ""), municipalities, only)
    if municipality is None:
        problems["municipality"] = _problem_with_municipality(values.get("municipality", ""), only)
    stated = _facts(values, facts, problems, course=course, today=today)
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
        same_as=_identity(values.get("same_as", "")),
        different=values.get("same_as") == DIFFERENT,
        **stated,
    )
    return Reading(row, person=person)


def _identity(text: str) -> UUID | None:
    """The participant whom someone chose on the page; no cell of a file is read into `same_as`."""
    try:
        return UUID(text)
    except ValueError:
        return None


class Stated(TypedDict, total=False):
    """The facts of a row, under the names that PersonDetails has for them."""

    degree: str
    graduated: date | None
    prior_courses: str


def _facts(
    values: Mapping[str, str], facts: Collection[str], problems: dict[str, str], *, course: str, today: date
) -> Stated:
    """What the row states of `facts`; what is wrong with them is added to `problems`."""
    stated: Stated = {}
    if "degree" in facts:
        degree = read_degree(values.get("degree", ""))
        stated["degree"] = degree or ""
        if degree is None:
            problems["degree"] = _problem_with_degree(values.get("degree", ""))
    if "graduated" in facts and stated.get("degree") != Degree.NONE:
        stated["graduated"] = _day(values, "graduated", problems, today=today)
    if "prior_courses" in facts:
        courses = stated["prior_courses"] = read_course(values.get("prior_courses", ""), course)
        if problem := _objection(courses, VALIDATORS_OF_COURSES):
            problems["prior_courses"] = problem
    return stated


def _day(values: Mapping[str, str], column: str, problems: dict[str, str], *, today: date) -> date | None:
    """The day in `column`; what is wrong with it is added to `problems`."""
    text = values.get(column, "")
    day = read_date(text)
    if day is None:
        problems[column] = _("Write the day as 2026-03-01.") if text else _("Missing.")
    elif problem := problem_with_employment_day(day, today=today):
        problems[column] = problem
    return day


def names_in(values: Mapping[str, str]) -> dict[str, str]:
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
    return _objection(value, VALIDATORS[column])


def _objection(value: str, validators: Iterable[Validator]) -> str | None:
    try:
        for validate in validators:
            validate(value)
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def _problem_with_degree(text: str) -> str:
    return _("Write socionom, annan or ingen.") if text else _("Missing.")


def place_named(text: str, municipalities: Mapping[UUID, Municipality]) -> Municipality | None:
    """The municipality that `text` names, by name or code."""
    return next((place for place in municipalities.values() if plain(text) in _names_of(place)), None)


def _municipality(
    text: str, municipalities: Mapping[UUID, Municipality], only: Municipality | None
) -> Municipality | None:
    if not text:
        return only
    found = place_named(text, municipalities)
    return found if only is None or found == only else None


def _problem_with_municipality(text: str, only: Municipality | None) -> str:
    if not text:
        return _("Missing.")
    if only:
        return _("The list is for %(municipality)s.") % {"municipality": only}
    return _("There is no such municipality for which you can enrol.")


def _names_of(place: Municipality) -> set[str]:
    name = plain(place.name)
    return {place.code, name, f"{name} kommun", f"{name}s kommun", f"{name} stad", f"{name}s stad"}
