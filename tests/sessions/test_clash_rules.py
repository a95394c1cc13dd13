"""When sessions stand in each other's way, and how a session stands."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.rules.clashes import Booking, Circumstances, Clash, Kind, clashes
from sessions.rules.standing import Lack, Stage, lacks, stage_of
from tests.factories import NOW, TODAY, local

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
LENA, JON, HALL, SAL = (UUID(int=number) for number in (11, 12, 21, 22))
SPRING, AUTUMN = UUID(int=31), UUID(int=32)
ANNA_IN_BOTH = {frozenset({SPRING, AUTUMN}): 1}
HOUR = timedelta(hours=1)


def booking(session: UUID = FIRST, *, begin: int = 9, end: int = 16, day: date = TODAY, **fields: Any) -> Booking:
    """Each session of a cohort of its own, unless the test says otherwise; hours are local."""
    return Booking(session, **{"cohort": session, "starts": local(day, begin), "ends": local(day, end), **fields})


def found(concerning: Iterable[Booking], *others: Booking, **circumstances: Any) -> list[Clash]:
    concerning = list(concerning)
    known = Circumstances(**{"away": {}, "shared": {}, "seats": {}, **circumstances})
    return list(clashes(concerning, among=[*concerning, *others], circumstances=known))


def kinds(mine: Booking, *others: Booking, **circumstances: Any) -> list[Kind]:
    return [clash.kind for clash in found([mine], *others, **circumstances)]


@pytest.mark.parametrize(
    ("mine", "other", "expected"),
    [
        ({"lecturers": frozenset({LENA})}, {"lecturers": frozenset({LENA, JON})}, [Kind.LECTURER]),
        ({"lecturers": frozenset({LENA})}, {"lecturers": frozenset({JON})}, []),
        ({"venue": HALL}, {"venue": HALL}, [Kind.VENUE]),
        ({"venue": HALL}, {"venue": SAL}, []),
        ({"venue": None}, {"venue": None}, []),
        ({"cohort": SPRING}, {"cohort": AUTUMN}, [Kind.PARTICIPANT]),
        ({"cohort": SPRING}, {"cohort": THIRD}, []),
        ({"cohort": SPRING}, {"cohort": SPRING}, [Kind.PARTICIPANT]),
        (
            {"lecturers": frozenset({LENA, JON}), "venue": HALL, "cohort": SPRING},
            {"lecturers": frozenset({LENA, JON}), "venue": HALL, "cohort": AUTUMN},
            [Kind.LECTURER, Kind.LECTURER, Kind.VENUE, Kind.PARTICIPANT],
        ),
    ],
)
def test_two_sessions_at_one_time_cannot_share(
    mine: dict[str, Any], other: dict[str, Any], expected: list[Kind]
) -> None:
    assert kinds(booking(**mine), booking(SECOND, **other), shared=ANNA_IN_BOTH) == expected


@pytest.mark.parametrize(
    ("begin", "end", "clash"),
    [
        (8, 9, False),  # touches the beginning
        (16, 17, False),  # touches the end
        (8, 10, True),
        (15, 17, True),
        (11, 12, True),
        (8, 17, True),
        (9, 16, True),
    ],
)
def test_one_may_begin_when_the_other_ends(begin: int, end: int, clash: bool) -> None:
    assert bool(kinds(booking(venue=HALL), booking(SECOND, begin=begin, end=end, venue=HALL))) == clash


def test_another_day_is_no_clash() -> None:
    assert kinds(booking(venue=HALL), booking(SECOND, day=TODAY + timedelta(days=1), venue=HALL)) == []


def test_it_says_who_or_what_is_in_whose_way_and_for_how_many() -> None:
    mine = booking(cohort=SPRING, lecturers=frozenset({LENA}))
    other = booking(SECOND, cohort=AUTUMN, lecturers=frozenset({LENA}))
    assert found([mine], other, shared=ANNA_IN_BOTH) == [
        Clash(Kind.LECTURER, FIRST, SECOND, what=LENA),
        Clash(Kind.PARTICIPANT, FIRST, SECOND, people=1),
    ]


def test_everybody_in_a_cohort_is_wanted_twice_if_two_of_its_sessions_meet() -> None:
    mine, other = (booking(session, cohort=SPRING, expected=25) for session in (FIRST, SECOND))
    assert found([mine], other) == [Clash(Kind.PARTICIPANT, FIRST, SECOND, people=25)]


def test_a_session_is_not_in_the_way_of_its_own_earlier_version() -> None:
    moved, stored = booking(venue=HALL, begin=10), booking(venue=HALL)
    assert kinds(moved, stored) == []


@pytest.mark.parametrize(
    ("day", "away"),
    [
        (TODAY - timedelta(days=1), False),
        (TODAY, True),
        (TODAY + timedelta(days=1), True),
        (TODAY + timedelta(days=2), False),
    ],
)
def test_a_lecturer_is_away_from_the_first_day_to_the_last(day: date, away: bool) -> None:
    days = {LENA: [(TODAY, TODAY + timedelta(days=1))]}
    expected = [Clash(Kind.AWAY, FIRST, what=LENA)] if away else []
    assert found([booking(day=day, lecturers=frozenset({LENA, JON}))], away=days) == expected


@pytest.mark.parametrize(("expected", "too_few"), [(29, 0), (30, 0), (31, 1), (45, 15)])
def test_a_venue_must_have_a_seat_for_everybody(expected: int, too_few: int) -> None:
    wanted = [Clash(Kind.SEATS, FIRST, what=HALL, people=too_few)] if too_few else []
    assert found([booking(venue=HALL, expected=expected)], seats={HALL: 30}) == wanted


def test_a_venue_whose_seats_nobody_counted_has_enough() -> None:
    assert kinds(booking(venue=HALL, expected=500), seats={SAL: 1}) == []


# The night to 29 March 2026 has 23 hours, the night to 25 October 25.


def test_sessions_on_either_side_of_midnight_in_utc_meet_in_local_time() -> None:
    mine = booking(starts=datetime(2026, 6, 1, 21, 30, tzinfo=UTC), ends=datetime(2026, 6, 1, 23, 30, tzinfo=UTC))
    other = booking(SECOND, starts=datetime(2026, 6, 1, 22, 30, tzinfo=UTC), ends=datetime(2026, 6, 1, 23, tzinfo=UTC))
    assert kinds(
        Booking(FIRST, FIRST, mine.starts, mine.ends, HALL), Booking(SECOND, SECOND, other.starts, other.ends, HALL)
    ) == [Kind.VENUE]


@pytest.mark.parametrize("begins_in_utc", [0, 1])
def test_the_hour_that_is_passed_twice_is_two_hours(begins_in_utc: int) -> None:
    """2.00 to 3.00 in summer time ends when 2.00 to 3.00 in winter time begins: the clock says the same of both."""
    summer_time = datetime(2026, 10, 25, 0, tzinfo=UTC)
    moment = summer_time + begins_in_utc * HOUR
    mine = booking(venue=HALL, starts=summer_time, ends=summer_time + HOUR)
    other = booking(SECOND, venue=HALL, starts=moment, ends=moment + HOUR)
    assert bool(kinds(mine, other)) == (begins_in_utc == 0)


def test_the_day_on_which_an_hour_is_skipped_is_one_day() -> None:
    day = date(2026, 3, 29)
    assert booking(day=day, begin=0, end=23).days == [day]
    assert kinds(booking(day=day, begin=1, end=4, venue=HALL), booking(SECOND, day=day, begin=3, venue=HALL)) == [
        Kind.VENUE
    ]


def test_a_session_that_ends_at_midnight_is_not_held_the_day_after() -> None:
    evening = booking(starts=local(TODAY, 18), ends=local(TODAY + timedelta(days=1), 0))
    night = booking(starts=local(TODAY, 18), ends=local(TODAY + timedelta(days=1), 1))
    assert (evening.days, night.days) == ([TODAY], [TODAY, TODAY + timedelta(days=1)])


# Properties, on a handful of days about the night to 25 October, with few enough of everything that they meet.


@st.composite
def bookings(draw: st.DrawFn) -> list[Booking]:
    hours = st.integers(0, 60)
    return [
        Booking(
            session=UUID(int=number),
            cohort=draw(st.sampled_from([SPRING, AUTUMN, THIRD])),
            starts=(starts := datetime(2026, 10, 24, 12, tzinfo=UTC) + draw(hours) * HOUR),
            ends=starts + draw(st.integers(1, 14)) * HOUR,
            venue=draw(st.sampled_from([None, HALL, SAL])),
            lecturers=draw(st.frozensets(st.sampled_from([LENA, JON]))),
            expected=draw(st.integers(0, 40)),
        )
        for number in range(100, 100 + draw(st.integers(1, 7)))
    ]


def pairs(rows: list[Booking]) -> list[tuple[Kind, UUID, UUID | None, UUID | None, int]]:
    return [
        (clash.kind, clash.session, clash.other, clash.what, clash.people)
        for clash in found(rows, shared=ANNA_IN_BOTH)
        if clash.other
    ]


@given(bookings())
def test_what_stands_in_my_way_has_me_in_its_own(rows: list[Booking]) -> None:
    seen = {(kind, mine, other, what) for kind, mine, other, what, _people in pairs(rows)}
    assert seen == {(kind, other, mine, what) for kind, mine, other, what in seen}


@given(bookings())
def test_nothing_stands_in_its_own_way_and_nothing_is_said_twice(rows: list[Booking]) -> None:
    seen = pairs(rows)
    assert all(mine != other for _kind, mine, other, _what, _people in seen)
    assert len(seen) == len(set(seen))


@given(bookings())
def test_they_clash_if_and_only_if_they_meet_and_share_something(rows: list[Booking]) -> None:
    def share(mine: Booking, other: Booking) -> bool:
        return bool(
            mine.lecturers & other.lecturers
            or (mine.venue and mine.venue == other.venue)
            or mine.cohort == other.cohort
            or {mine.cohort, other.cohort} == {SPRING, AUTUMN}
        )

    expected = {
        (mine.session, other.session)
        for mine in rows
        for other in rows
        if mine is not other and max(mine.starts, other.starts) < min(mine.ends, other.ends) and share(mine, other)
    }
    assert {(mine, other) for _kind, mine, other, _what, _people in pairs(rows)} == expected


@given(bookings(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_read_changes_nothing(rows: list[Booking], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    assert sorted(map(str, pairs(shuffled))) == sorted(map(str, pairs(rows)))


@given(bookings())
def test_asking_about_one_gives_what_asking_about_all_gives(rows: list[Booking]) -> None:
    known = Circumstances(away={}, shared=ANNA_IN_BOTH, seats={HALL: 20})
    of_all = list(clashes(rows, among=rows, circumstances=known))
    assert of_all == [clash for row in rows for clash in clashes([row], among=rows, circumstances=known)]


# How a session stands


@pytest.mark.parametrize(
    ("fields", "stage"),
    [
        ({}, Stage.AHEAD),
        ({"cancelled": True}, Stage.CANCELLED),
        ({"cancelled": True, "marked": 3}, Stage.CANCELLED),
        ({"starts": local(TODAY, 13)}, Stage.TODAY),
        ({"starts": local(TODAY, 0), "ends": local(TODAY, 23)}, Stage.TODAY),
        ({"starts": local(TODAY, 23)}, Stage.TODAY),
        ({"starts": local(TODAY, 13), "marked": 1}, Stage.MARKED),
        ({"starts": local(TODAY, 8), "ends": NOW}, Stage.UNMARKED),
        ({"starts": local(TODAY, 8), "ends": NOW, "expected": 0}, Stage.UNATTENDED),
        ({"starts": local(TODAY, 8), "ends": NOW, "marked": 25}, Stage.MARKED),
        ({"starts": local(TODAY, 8), "ends": NOW + timedelta(minutes=1)}, Stage.TODAY),
    ],
)
def test_from_the_plan_to_the_register(fields: dict[str, Any], stage: Stage) -> None:
    session: dict[str, Any] = {
        "starts": local(TODAY + timedelta(days=7)),
        "cancelled": False,
        "marked": 0,
        "expected": 25,
    }
    session |= fields
    assert stage_of(**{"ends": session["starts"] + HOUR, **session}, now=NOW) == stage


@pytest.mark.parametrize(
    ("has_place", "has_lecturer", "expected"),
    [
        (True, True, []),
        (False, True, [Lack.VENUE]),
        (True, False, [Lack.LECTURER]),
        (False, False, [Lack.VENUE, Lack.LECTURER]),
    ],
)
def test_what_a_session_still_lacks(has_place: bool, has_lecturer: bool, expected: list[Lack]) -> None:
    assert list(lacks(has_place=has_place, has_lecturer=has_lecturer)) == expected
