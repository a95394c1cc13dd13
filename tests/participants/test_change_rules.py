"""The rules of changing an enrolment, as truth tables. No database."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from participants.choices import ACTIVE, EnrolmentStatus
from participants.rules.changes import (
    REGRETTED,
    Dependents,
    Move,
    is_late,
    refusal_of_later_cohort,
    refusal_to_defer,
    refusal_to_place,
    refusal_to_substitute,
    refusal_to_transfer,
    refusal_to_undo_leaving,
    refusal_to_undo_registration,
    refusal_to_withdraw,
)
from participants.rules.enrolment import Period
from tests.factories import NOW

TODAY = date(2026, 3, 10)
STARTS = date(2026, 4, 14)
LUND = uuid4()
ENROLLED, WAITING, WITHDRAWN = EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING, EnrolmentStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("status", "starts", "days_left", "late"),
    [
        (ENROLLED, STARTS, 15, False),
        (ENROLLED, STARTS, 14, True),
        (ENROLLED, STARTS, 0, True),
        (ENROLLED, STARTS, -30, True),
        (WAITING, STARTS, 1, False),
        (EnrolmentStatus.OFFERED, STARTS, 1, False),
        (ENROLLED, None, 1, False),
    ],
)
def test_a_seat_that_is_left_shortly_before_the_first_session_or_later_is_left_late(
    status: str, starts: date | None, days_left: int, late: bool
) -> None:
    assert is_late(status, starts=starts, today=STARTS - timedelta(days=days_left), days=14) is late


@pytest.mark.parametrize("status", EnrolmentStatus)
@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("reason", ["", "  ", "Slutar."])
def test_what_is_active_can_be_withdrawn_late_only_with_a_reason(status: str, late: bool, reason: str) -> None:
    allowed = status in ACTIVE and (not late or bool(reason.strip()))

    assert (refusal_to_withdraw(status, late=late, reason=reason) is None) is allowed


@pytest.mark.parametrize("status", EnrolmentStatus)
@pytest.mark.parametrize(("starts", "in_time"), [(None, True), (TODAY + timedelta(days=1), True), (TODAY, False)])
def test_a_seat_can_be_taken_over_until_the_day_before_the_first_session(
    status: str, starts: date | None, in_time: bool
) -> None:
    allowed = status == ENROLLED and in_time

    assert (refusal_to_substitute(status, starts=starts, today=TODAY) is None) is allowed


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_only_a_seat_can_be_deferred(status: str) -> None:
    assert (refusal_to_defer(status) is None) is (status == ENROLLED)


@pytest.mark.parametrize("status", EnrolmentStatus)
@pytest.mark.parametrize("goes_on", [True, False])
def test_who_is_deferred_can_be_placed_once(status: str, goes_on: bool) -> None:
    allowed = status == EnrolmentStatus.DEFERRED and not goes_on

    assert (refusal_to_place(status, goes_on=goes_on) is None) is allowed


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({}, None),
        ({"starts": None}, None),
        ({"from_starts": None}, None),
        ({"starts": STARTS}, "starts later"),
        ({"here": True, "starts": None}, "starts later"),
        ({"same_programme": False}, "same programme"),
        ({"beyond": True}, "State a reason"),
        ({"beyond": True, "reason": "Lovat."}, None),
    ],
)
def test_a_deferral_leads_to_a_later_cohort_of_the_programme(facts: dict[str, Any], refusal: str | None) -> None:
    stated = {
        "here": False,
        "same_programme": True,
        "starts": STARTS + timedelta(days=180),
        "from_starts": STARTS,
        "beyond": False,
        "reason": "",
        **facts,
    }

    found = refusal_of_later_cohort(**stated)

    assert refusal in found if refusal and found else found is refusal


@pytest.mark.parametrize(
    ("move", "facts", "refusal"),
    [
        (Move(TODAY), {}, None),
        (Move(TODAY - timedelta(days=40)), {}, None),
        (Move(TODAY + timedelta(days=1)), {}, "on the first day"),
        (Move(TODAY), {"same_employer": True}, "works already"),
        (Move(date(2026, 1, 1)), {}, "must be later than"),
        (Move(date(2026, 1, 2)), {}, None),
        (Move(TODAY, beyond=True), {}, "State a reason"),
        (Move(TODAY, beyond=True, reason="Lovat."), {}, None),
    ],
)
def test_a_change_of_employer_is_recorded_once_it_has_happened_and_leaves_the_old_employment_a_day(
    move: Move, facts: dict[str, Any], refusal: str | None
) -> None:
    stated = {"periods": [Period(LUND, date(2026, 1, 1))], "same_employer": False, "today": TODAY, **facts}

    found = refusal_to_transfer(move, **stated)

    assert refusal in found if refusal and found else found is refusal


@pytest.mark.parametrize("status", EnrolmentStatus)
@pytest.mark.parametrize("dependent", ["", "attended", "certified", "continued", "transferred"])
@pytest.mark.parametrize("coordinates", [True, False])
@pytest.mark.parametrize("days_ago", [0, 1])
def test_a_registration_on_which_nothing_depends_is_undone_by_its_employer_on_the_same_day(
    status: str, dependent: str, coordinates: bool, days_ago: int
) -> None:
    dependents = Dependents(**({dependent: True} if dependent else {}))
    registered = TODAY - timedelta(days=days_ago)
    allowed = status in ACTIVE and not dependent and (coordinates or days_ago == 0)

    refusal = refusal_to_undo_registration(
        status, dependents, coordinates=coordinates, registered=registered, today=TODAY
    )

    assert (refusal is None) is allowed


@pytest.mark.parametrize("status", EnrolmentStatus)
@pytest.mark.parametrize(("ago", "soon"), [(timedelta(), True), (REGRETTED, True), (REGRETTED * 2, False)])
@pytest.mark.parametrize("goes_on", [True, False])
@pytest.mark.parametrize("seat", [True, False])
@pytest.mark.parametrize("moved", [True, False])
def test_leaving_is_undone_within_a_day_while_the_seat_is_free(
    status: str, ago: timedelta, soon: bool, goes_on: bool, seat: bool, moved: bool
) -> None:
    allowed = status in (WITHDRAWN, EnrolmentStatus.DEFERRED) and soon and not goes_on and seat and not moved

    refusal = refusal_to_undo_leaving(status, left=NOW - ago, now=NOW, goes_on=goes_on, seat=seat, moved=moved)

    assert (refusal is None) is allowed


def test_a_seat_that_a_substitute_has_is_not_left_to_be_undone() -> None:
    assert refusal_to_undo_leaving(WITHDRAWN, left=None, now=NOW, goes_on=False, seat=True, moved=False)
