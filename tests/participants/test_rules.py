"""The rules of seats and enrolment, as truth tables. No database."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.choices import CohortStatus
from participants.choices import EnrolmentStatus
from participants.rules.changes import refusal_to_withdraw
from participants.rules.enrolment import (
    Known,
    Opening,
    Period,
    Standing,
    differ_clearly,
    refusal_of_cohort,
    refusal_of_person,
    refusal_of_standing,
    refusal_to_give_seat,
)
from participants.rules.seats import Seats, Waiting, in_turn, place_in_turn, refusal_of_seat

ENROLLED, WAITING = EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING
LUND, MALMO, YSTAD = uuid4(), uuid4(), uuid4()
TODAY = date(2026, 3, 10)


def seats(
    capacity: int = 10, *, kept: dict[UUID, int] | None = None, taken: dict[UUID, int] | None = None, **fields: Any
) -> Seats:
    return Seats(capacity=capacity, allocated=kept or {}, taken=taken or {}, **fields)


@pytest.mark.parametrize(
    ("state", "lund", "malmo"),
    [
        pytest.param(seats(2), 2, 2, id="without allocation every seat is for everyone"),
        pytest.param(seats(2, taken={LUND: 2}), 0, 0, id="a full cohort has none"),
        pytest.param(
            seats(3, kept={LUND: 2}), 3, 1, id="kept seats are for their municipality only, the pool is for all"
        ),
        pytest.param(seats(3, kept={LUND: 2}, taken={LUND: 1}), 2, 1, id="own seats are used before the pool"),
        pytest.param(seats(3, kept={LUND: 2}, taken={LUND: 3}), 0, 0, id="after its own seats it takes from the pool"),
        pytest.param(seats(3, kept={LUND: 2}, taken={MALMO: 1}), 2, 0, id="an empty pool leaves its own seats"),
        pytest.param(seats(3, kept={LUND: 3}), 3, 0, id="everything may be kept"),
        pytest.param(seats(3, kept={LUND: 3}, released=True), 3, 3, id="from the release date on only capacity counts"),
        pytest.param(seats(3, kept={LUND: 3}, taken={MALMO: 2}, released=True), 1, 1, id="released and nearly full"),
        pytest.param(seats(2, kept={LUND: 5}), 2, 0, id="capacity holds even if more is kept than there is"),
        pytest.param(seats(1, taken={MALMO: 3}), 0, 0, id="a cohort that was made smaller has none"),
    ],
)
def test_seats_available_to_a_municipality(state: Seats, lund: int, malmo: int) -> None:
    assert (state.available_to(LUND), state.available_to(MALMO)) == (lund, malmo)


PLACES = st.sampled_from([LUND, MALMO, YSTAD])


@given(
    capacity=st.integers(1, 8),
    kept=st.dictionaries(PLACES, st.integers(0, 4)),
    applicants=st.lists(PLACES, max_size=20),
    released=st.booleans(),
)
def test_capacity_and_kept_seats_hold_whoever_applies_in_whatever_order(
    capacity: int, kept: dict[UUID, int], applicants: list[UUID], released: bool
) -> None:
    if sum(kept.values()) > capacity:
        kept = {}
    statuses = place_in_turn(seats(capacity, kept=kept, released=released), applicants)
    given_to = [place for place, status in zip(applicants, statuses, strict=True) if status == ENROLLED]
    assert len(given_to) <= capacity
    if released:
        assert len(given_to) == min(capacity, len(applicants))
    for municipality, number in kept.items():
        others = len(given_to) - given_to.count(municipality)
        assert released or others <= capacity - number
        assert released or given_to.count(municipality) >= min(number, applicants.count(municipality))


def test_beyond_the_seats_people_wait() -> None:
    assert place_in_turn(seats(2), [LUND, MALMO, LUND]) == [ENROLLED, ENROLLED, WAITING]


def test_a_newcomer_does_not_overtake_those_who_wait_for_a_seat_that_has_become_free() -> None:
    assert place_in_turn(seats(1, waiting=(Waiting(MALMO),)), [LUND]) == [WAITING]


def test_a_newcomer_overtakes_those_who_could_not_have_the_seat_anyway() -> None:
    assert place_in_turn(seats(1, kept={LUND: 1}, waiting=(Waiting(MALMO),)), [LUND]) == [ENROLLED]


OPENING = Opening(status=CohortStatus.PUBLISHED, opens=date(2026, 3, 1), closes=date(2026, 3, 31))


@pytest.mark.parametrize(
    ("status", "today", "late", "allowed"),
    [
        (CohortStatus.PUBLISHED, date(2026, 2, 28), False, False),
        (CohortStatus.PUBLISHED, date(2026, 3, 1), False, True),
        (CohortStatus.PUBLISHED, date(2026, 3, 31), False, True),
        (CohortStatus.PUBLISHED, date(2026, 4, 1), False, False),
        (CohortStatus.PUBLISHED, date(2026, 4, 1), True, True),
        (CohortStatus.DRAFT, date(2026, 3, 10), True, False),
        (CohortStatus.ARCHIVED, date(2026, 3, 10), True, False),
    ],
)
def test_managers_enrol_in_the_application_period_and_coordinators_also_outside_it(
    status: str, today: date, late: bool, allowed: bool
) -> None:
    opening = Opening(status=status, opens=OPENING.opens, closes=OPENING.closes)
    assert (refusal_of_cohort(opening, today=today, may_be_late=late) is None) is allowed


@pytest.mark.parametrize("late", [True, False])
def test_nobody_is_enrolled_when_the_last_session_has_been_held(late: bool) -> None:
    over = Opening(status=CohortStatus.PUBLISHED, opens=OPENING.opens, closes=OPENING.closes, has_ended=True)
    assert "last session" in str(refusal_of_cohort(over, today=OPENING.closes, may_be_late=late))


@pytest.mark.parametrize(
    ("one", "other", "clearly"),
    [
        ("Åsa Öberg", "Åsa Öberg", False),
        ("Åsa Öberg", "asa oberg", False),
        ("Åsa Öberg", "Åsa Lind", False),
        ("Anna-Karin Öberg", "Anna Öberg", False),
        ("Kristina Hansson", "Christina Hanson", False),
        ("Åsa Öberg", "Bo Ek", True),
        ("Amina Hassan", "Fatima Ali", True),
    ],
)
def test_names_differ_clearly_only_if_they_can_hardly_be_the_same_person(one: str, other: str, clearly: bool) -> None:
    assert differ_clearly(one, other) is clearly
    assert differ_clearly(other, one) is clearly


def refusal(known: Known, *, name: str = "Åsa Öberg", starts: date | None = None) -> str | None:
    return refusal_of_person(known, name=name, municipality=LUND, employed_from=date(2026, 3, 1), starts=starts)


@pytest.mark.parametrize(
    ("periods", "allowed"),
    [
        pytest.param((), True, id="nobody knows her"),
        pytest.param((Period(LUND, date(2025, 1, 1)),), True, id="works here already"),
        pytest.param((Period(MALMO, date(2025, 1, 1)),), False, id="works elsewhere"),
        pytest.param((Period(MALMO, date(2025, 1, 1), date(2026, 2, 28)),), True, id="left the day before"),
        pytest.param((Period(MALMO, date(2025, 1, 1), date(2026, 3, 1)),), False, id="leaves on the first day"),
        pytest.param((Period(LUND, date(2025, 1, 1), date(2025, 12, 31)),), True, id="comes back"),
        pytest.param((Period(LUND, date(2026, 1, 1), date(2026, 4, 30)),), True, id="works here when sessions begin"),
        pytest.param((Period(LUND, date(2026, 1, 1), date(2026, 4, 1)),), False, id="leaves before sessions begin"),
    ],
)
def test_an_employer_enrols_those_who_work_for_it(periods: tuple[Period, ...], allowed: bool) -> None:
    assert (refusal(Known(periods=periods), starts=date(2026, 4, 14)) is None) is allowed


def test_a_refusal_tells_neither_the_other_employer_nor_the_other_name() -> None:
    elsewhere = refusal(Known(names=("Åsa Öberg",), periods=(Period(MALMO, date(2025, 1, 1)),)))
    someone_else = refusal(Known(names=("Bo Ek",)))
    assert "another municipality" in str(elsewhere)
    assert "another name" in str(someone_else)
    assert "Bo" not in str(someone_else).split()


@pytest.mark.parametrize(
    ("standing", "allowed"),
    [
        (Standing(EnrolmentStatus.ENROLLED), False),
        (Standing(EnrolmentStatus.WAITING), False),
        (Standing(EnrolmentStatus.APPLIED), False),
        (Standing(EnrolmentStatus.OFFERED), False),
        (Standing(EnrolmentStatus.COMPLETED), False),
        (Standing(EnrolmentStatus.ENROLLED, here=True), False),
        (Standing(EnrolmentStatus.WITHDRAWN), True),
        (Standing(EnrolmentStatus.WITHDRAWN, here=True), True),
        (Standing(EnrolmentStatus.DECLINED), True),
        (Standing(EnrolmentStatus.DEFERRED), True),
    ],
)
def test_one_enrolment_at_a_time_and_the_programme_once(standing: Standing, allowed: bool) -> None:
    assert (refusal_of_standing(Known(standings=(standing,))) is None) is allowed


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_only_what_is_active_can_be_withdrawn(status: EnrolmentStatus) -> None:
    active = status in {"applied", "enrolled", "waiting", "offered"}
    assert (refusal_to_withdraw(status) is None) is active


@pytest.mark.parametrize(
    ("order", "kept", "taken", "applied", "served"),
    [
        pytest.param("quota", {}, {}, "ABA", "ABA", id="where nothing is kept, by application"),
        pytest.param("quota", {"B": 1}, {}, "ABA", "BAA", id="first those for whom seats are kept"),
        pytest.param("quota", {"B": 1}, {}, "ABB", "BAB", id="but no more of them than seats are kept"),
        pytest.param("quota", {"B": 1}, {"B": 1}, "ABA", "ABA", id="and not once those are used"),
        pytest.param("applied", {"B": 1}, {}, "ABA", "ABA", id="or by application only, if the region wants it"),
    ],
)
def test_the_waiting_list_has_an_order_that_is_stated(
    order: str, kept: dict[str, int], taken: dict[str, int], applied: str, served: str
) -> None:
    places = {"A": LUND, "B": MALMO}
    waiting = [Waiting(places[letter], uuid4()) for letter in applied]
    named = {place: letter for letter, place in places.items()}
    turns = in_turn(
        waiting,
        order=order,
        allocated={places[letter]: seats for letter, seats in kept.items()},
        taken={places[letter]: seats for letter, seats in taken.items()},
    )
    assert "".join(named[one.municipality] for one in turns) == served
    assert {one.enrolment for one in turns} == {one.enrolment for one in waiting}


@pytest.mark.parametrize(
    ("status", "beyond", "reason", "answer"),
    [
        (EnrolmentStatus.WAITING, False, "", None),
        (EnrolmentStatus.WAITING, True, "Lokalen är större.", None),
        (EnrolmentStatus.WAITING, True, " ", "State a reason"),
        (EnrolmentStatus.ENROLLED, False, "", "not on the waiting list"),
        (EnrolmentStatus.WITHDRAWN, True, "Lokalen är större.", "not on the waiting list"),
    ],
)
def test_a_coordinator_gives_those_who_wait_a_seat_and_one_beyond_with_a_reason(
    status: str, beyond: bool, reason: str, answer: str | None
) -> None:
    refusal = refusal_to_give_seat(status, beyond=beyond, reason=reason)
    assert refusal is None if answer is None else answer in str(refusal)


@pytest.mark.parametrize(
    ("available", "free", "answer"), [(1, 1, None), (0, 0, "full"), (0, 2, "kept for other municipalities")]
)
def test_a_seat_is_there_while_one_is_free_for_the_municipality(available: int, free: int, answer: str | None) -> None:
    refusal = refusal_of_seat(available=available, free=free)
    assert refusal is None if answer is None else answer in str(refusal)
