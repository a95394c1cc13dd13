"""What counts as something to do, and by when: truth tables."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from reports.rules.todo import (
    Asked,
    Matter,
    Trouble,
    Urgency,
    in_order,
    must_be_furnished,
    must_be_published,
    trouble_with_lecturers,
    urgency,
)
from tests.factories import NOW, TODAY

LENA, LARS = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, Urgency.OVERDUE), (0, Urgency.SOON), (7, Urgency.SOON), (8, Urgency.LATER)],
)
def test_what_is_late_is_overdue_and_what_comes_within_a_week_is_soon(days: int, expected: Urgency) -> None:
    assert urgency(TODAY + timedelta(days=days), today=TODAY) == expected


@pytest.mark.parametrize(
    ("starts_in", "draft", "expected"),
    [
        (timedelta(minutes=1), False, True),
        (timedelta(days=400), False, True),
        (timedelta(0), False, False),  # begun: too late
        (timedelta(weeks=8), True, True),
        (timedelta(weeks=8, minutes=1), True, False),
        (timedelta(0), True, False),
    ],
)
def test_a_session_needs_venue_and_lecturer_once_published_or_near(
    starts_in: timedelta, draft: bool, expected: bool
) -> None:
    assert must_be_furnished(NOW + starts_in, draft=draft, now=NOW) is expected


@pytest.mark.parametrize(
    ("opens_in", "draft", "expected"),
    [(-30, True, True), (0, True, True), (14, True, True), (15, True, False), (0, False, False)],
)
def test_a_draft_is_to_be_published_two_weeks_before_one_may_apply(opens_in: int, draft: bool, expected: bool) -> None:
    assert must_be_published(TODAY + timedelta(days=opens_in), draft=draft, today=TODAY) is expected


def asked(lecturer: UUID, status: str, days_ago: int = 0) -> Asked:
    return Asked(lecturer, status, TODAY - timedelta(days=days_ago))


@pytest.mark.parametrize(
    ("booked", "questions", "expected"),
    [
        (set(), [], (Trouble.MISSING, None)),
        ({LENA}, [], None),
        # An answer is waited for during a week.
        (set(), [asked(LENA, "open", 7)], None),
        (set(), [asked(LENA, "open", 8)], (Trouble.SILENT, LENA)),
        ({LENA}, [asked(LENA, "open", 8)], (Trouble.SILENT, LENA)),
        # Who has declined matters until somebody else is booked or asked.
        (set(), [asked(LENA, "declined")], (Trouble.DECLINED, LENA)),
        ({LENA}, [asked(LENA, "declined")], (Trouble.DECLINED, LENA)),
        ({LARS}, [asked(LENA, "declined")], None),
        (set(), [asked(LENA, "declined"), asked(LARS, "open", 1)], None),
        (set(), [asked(LENA, "declined"), asked(LARS, "open", 8)], (Trouble.SILENT, LARS)),
        ({LENA}, [asked(LENA, "declined"), asked(LARS, "open", 8)], (Trouble.DECLINED, LENA)),
        # What is settled or taken back is as if never asked.
        ({LENA}, [asked(LENA, "accepted", 30)], None),
        (set(), [asked(LENA, "withdrawn")], (Trouble.MISSING, None)),
    ],
)
def test_who_teaches_is_settled_or_not(
    booked: set[UUID], questions: list[Asked], expected: tuple[Trouble, UUID | None] | None
) -> None:
    assert trouble_with_lecturers(booked, questions, today=TODAY) == expected


def test_the_soonest_consequence_comes_first_and_of_equals_the_worst() -> None:
    monday, tuesday = date(2026, 3, 9), date(2026, 3, 10)
    matters = [(tuesday, Matter.CLASH), (monday, Matter.SEAT), (monday, Matter.VENUE), (monday, Matter.CLASH)]
    assert sorted(matters, key=lambda pair: in_order(*pair)) == [
        (monday, Matter.CLASH),
        (monday, Matter.VENUE),
        (monday, Matter.SEAT),
        (tuesday, Matter.CLASH),
    ]
