"""What the cells of one row say. No database."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from participants.importing.rows import EXAMPLE_EMAIL, Reading, Row, read_date, understand
from regions.models import Municipality
from tests.factories import TODAY

LUND = Municipality(pk=uuid4(), name="Lund", code="1281")
MALMO = Municipality(pk=uuid4(), name="Malmö", code="1280")
BOTH: dict[UUID, Municipality] = {LUND.pk: LUND, MALMO.pk: MALMO}
GOOD = {
    "first_name": "Åsa",
    "last_name": "Öberg-Exempel",
    "email": "Asa@Example.org",
    "unit": "Barn och familj",
    "title": "Socialsekreterare",
    "employed_from": "2026-03-01",
}


def reading(*, only: Municipality | None = LUND, **cells: str) -> Reading:
    return understand(Row(2, GOOD | cells), municipalities=BOTH, only=only, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "20260301",
        "2026/3/1",
        "2026-03-01 08:00:00",
        "1/3 2026",
        "1/3-2026",
        "01/03/2026",
        "1.3.2026",
        "1/3 26",
        "1 mars 2026",
        "1 Mar 2026",
        "1 mars 26",
        "1 March 2026",
        "46082",
    ],
)
def test_days_are_understood_as_people_write_them(text: str) -> None:
    assert read_date(text) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "text", ["", "snart", "31/2 2026", "2026-13-01", "mars 2026", "3/2026", "12", "1 maj", "9999999"]
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert read_date(text) is None


def test_a_row_becomes_a_person() -> None:
    person = reading().person
    assert person is not None
    assert (person.full_name, person.email, person.municipality) == ("Åsa Öberg-Exempel", "asa@example.org", LUND)
    assert (person.unit, person.title, person.employed_from) == (
        "Barn och familj",
        "Socialsekreterare",
        date(2026, 3, 1),
    )


@pytest.mark.parametrize("name", ["Åsa Öberg Exempel", "Öberg Exempel, Åsa"])
def test_one_cell_may_hold_the_whole_name(name: str) -> None:
    cells = {column: value for column, value in GOOD.items() if not column.endswith("_name")} | {"name": name}
    person = understand(Row(2, cells), municipalities=BOTH, only=LUND, today=TODAY).person
    assert person is not None
    assert (person.first_name, person.last_name) == ("Åsa", "Öberg Exempel")


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("first_name", "", "Missing"),
        ("last_name", "", "Missing"),
        ("first_name", "#N/A", "letters"),
        ("first_name", "=1+1", "letters"),
        ("last_name", "Öberg 19800101-1234", "letters"),
        ("last_name", "Ö" * 61, "60"),
        ("email", "", "Missing"),
        ("email", "asa.example.org", "valid email"),
        ("email", EXAMPLE_EMAIL, "example in the template"),
        ("unit", "", "Missing"),
        ("unit", "Barn 800101-1234", "identity number"),
        ("unit", "x" * 101, "100"),
        ("title", "", "Missing"),
        ("title", "198001011234", "identity number"),
        ("employed_from", "", "Missing"),
        ("employed_from", "snart", "2026-03-01"),
        ("employed_from", "0206-03-01", "Check the year"),
        ("employed_from", "2062-03-01", "Check the year"),
    ],
)
def test_what_is_wrong_is_said_for_the_cell_that_is_wrong(column: str, cell: str, problem: str) -> None:
    read = understand(Row(2, GOOD | {column: cell}), municipalities=BOTH, only=LUND, today=TODAY)
    assert read.person is None
    assert list(read.problems) == [column]
    assert problem in read.problems[column]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert set(reading(email="", unit="", employed_from="").problems) == {"email", "unit", "employed_from"}


@pytest.mark.parametrize("cell", ["Lund", "LUND ", "Lunds kommun", "1281"])
def test_a_municipality_is_recognised_by_its_usual_names(cell: str) -> None:
    person = reading(only=None, municipality=cell).person
    assert person is not None
    assert person.municipality == LUND


@pytest.mark.parametrize(
    ("cell", "only", "problem"),
    [("", None, "Missing"), ("Ystad", None, "no such municipality"), ("Malmö", LUND, "The list is for Lund")],
)
def test_a_municipality_that_does_not_fit_is_refused(cell: str, only: Municipality | None, problem: str) -> None:
    assert problem in reading(only=only, municipality=cell).problems["municipality"]
