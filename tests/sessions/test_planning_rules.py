"""When sessions should be: which days suit, and how the planner moves a date that doesn't."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import SupportsFloat

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from sessions.rules.days import HOLIDAYS, Unsuitable, problem_with, public_holiday, school_break
from sessions.rules.planning import (
    EveryWeeks,
    NthWeekday,
    Proposal,
    Rhythm,
    application_period,
    end_of,
    propose,
    suggested_name,
    term_of,
)

NINE_O_CLOCK = time(9)


@dataclass
class Step:
    month_offset: int
    hours: SupportsFloat = 7


NINE_MONTHS = [Step(month) for month in range(9)]


def dates(first: date, rhythm: Rhythm | None = None, **kwargs: object) -> list[Proposal]:
    """Nine sessions, by default on the weekday of the month that `first` is."""
    return propose(
        NINE_MONTHS,
        first=first,
        rhythm=rhythm or NthWeekday.of(first),
        starts=NINE_O_CLOCK,
        **kwargs,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 3, 10), None),
        (date(2026, 3, 14), Unsuitable.WEEKEND),
        (date(2026, 3, 15), Unsuitable.WEEKEND),
        (date(2027, 3, 26), Unsuitable.HOLIDAY),  # Good Friday
        (date(2027, 3, 25), Unsuitable.EVE),  # Maundy Thursday
        (date(2027, 3, 29), Unsuitable.HOLIDAY),  # Easter Monday
        (date(2026, 4, 30), Unsuitable.EVE),  # Walpurgis Night
        (date(2026, 5, 14), Unsuitable.HOLIDAY),  # Ascension Day, a Thursday
        (date(2026, 5, 13), Unsuitable.EVE),
        (date(2026, 5, 15), Unsuitable.BRIDGE),
        (date(2028, 6, 6), Unsuitable.HOLIDAY),  # National Day, a Tuesday
        (date(2028, 6, 5), Unsuitable.EVE),
        (date(2026, 6, 19), Unsuitable.EVE),  # Midsummer Eve
        (date(2026, 7, 1), Unsuitable.JULY),
        (date(2026, 10, 30), Unsuitable.EVE),  # the Friday before All Saints' Day
        (date(2029, 12, 24), Unsuitable.EVE),  # Christmas Eve, a Monday
        (date(2024, 12, 23), Unsuitable.BRIDGE),  # between a Sunday and Christmas Eve
        (date(2024, 12, 27), Unsuitable.BRIDGE),  # between Boxing Day and a Saturday
        (date(2026, 12, 31), Unsuitable.EVE),
        (date(2026, 1, 2), Unsuitable.BRIDGE),
        (date(2027, 1, 5), Unsuitable.EVE),  # Twelfth Night
    ],
)
def test_a_day_suits_or_says_why_not(day: date, kind: Unsuitable | None) -> None:
    problem = problem_with(day)
    assert (problem.kind if problem else None) == kind


def test_the_planners_own_days_off_dont_suit_either() -> None:
    day = date(2026, 3, 10)
    problem = problem_with(day, avoid={day})
    assert problem is not None
    assert problem.kind == Unsuitable.AVOIDED


def test_every_public_holiday_has_a_name_in_our_own_words() -> None:
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(15 * 365))
    assert {name for day in days if (name := public_holiday(day))} == set(HOLIDAYS)


def test_a_reason_is_a_sentence() -> None:
    with translation.override("en"):
        assert str(problem_with(date(2028, 6, 6))) == "Tuesday 6 June 2028 is Sweden's National Day."
        assert str(problem_with(date(2027, 3, 25))) == "Thursday 25 March 2027 is Maundy Thursday."
        assert str(problem_with(date(2026, 5, 13))) == "Wednesday 13 May 2026 is the day before Ascension Day."


@pytest.mark.parametrize(
    ("day", "warned"),
    [
        (date(2026, 2, 17), True),  # week 8, winter break
        (date(2026, 3, 31), True),  # the week before Easter Sunday
        (date(2026, 4, 8), True),  # the week after it
        (date(2026, 10, 27), True),  # week 44, autumn break
        (date(2026, 9, 8), False),
    ],
)
def test_school_breaks_are_warned_of(day: date, warned: bool) -> None:
    assert bool(school_break(day)) is warned


def test_the_second_tuesday_of_the_month() -> None:
    proposals = dates(date(2026, 9, 8))
    assert [str(proposal.day) for proposal in proposals] == [
        "2026-09-08",
        "2026-10-13",
        "2026-11-10",
        "2026-12-08",
        "2027-01-12",
        "2027-02-09",
        "2027-03-09",
        "2027-04-13",
        "2027-05-11",
    ]
    assert all(proposal.reason is None for proposal in proposals)


def test_a_holiday_moves_the_session_within_its_week() -> None:
    fourth = dates(date(2028, 3, 7))[3]
    assert (fourth.wanted, fourth.day) == (date(2028, 6, 6), date(2028, 6, 7))
    assert fourth.reason
    assert "2028" in fourth.reason


def test_july_is_left_out_and_everything_after_it_comes_a_month_later() -> None:
    proposals = dates(date(2027, 3, 9))
    assert [proposal.day.month for proposal in proposals] == [3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert [bool(proposal.reason) for proposal in proposals] == [False] * 4 + [True] + [False] * 4


def test_a_programme_that_rests_in_july_by_itself_needs_no_reason() -> None:
    steps = [Step(0), Step(2)]
    june, august = propose(steps, first=date(2027, 6, 8), rhythm=NthWeekday(2, 1), starts=NINE_O_CLOCK)
    assert (june.day, august.day) == (date(2027, 6, 8), date(2027, 8, 10))
    assert august.reason is None


def test_a_fifth_weekday_means_the_last_of_the_month() -> None:
    days = [proposal.day for proposal in dates(date(2026, 9, 29))]
    assert days[1:4] == [date(2026, 10, 27), date(2026, 11, 24), date(2026, 12, 29)]


def test_two_modules_in_one_month_are_two_weeks_apart() -> None:
    first, second = propose([Step(0), Step(0)], first=date(2026, 9, 8), rhythm=NthWeekday(2, 1), starts=NINE_O_CLOCK)
    assert second.day - first.day == timedelta(weeks=2)


def test_a_date_that_was_moved_does_not_drag_the_rhythm_along() -> None:
    proposals = dates(date(2026, 4, 16), EveryWeeks(2))
    assert proposals[2].wanted == date(2026, 5, 14)  # Ascension Day
    assert proposals[2].day != proposals[2].wanted
    assert proposals[3].day == date(2026, 5, 28)


def test_days_to_avoid_are_avoided() -> None:
    day = date(2026, 9, 8)
    first = dates(day, avoid={day})[0]
    assert first.day == date(2026, 9, 9)
    assert first.reason


def test_seven_hours_from_nine_end_at_sixteen_on_both_sides_of_summer_time() -> None:
    for day in (date(2026, 3, 27), date(2026, 3, 30), date(2026, 10, 23), date(2026, 10, 26)):
        assert timezone.localtime(end_of(day, NINE_O_CLOCK, 7)).time() == time(16)


@pytest.mark.parametrize(
    ("starts", "hours", "ends"), [(time(13), Decimal("3.5"), time(16, 30)), (time(20), 7, time(23, 59))]
)
def test_a_session_ends_on_its_day(starts: time, hours: SupportsFloat, ends: time) -> None:
    assert timezone.localtime(end_of(date(2026, 3, 10), starts, hours)).time() == ends


weekdays = st.dates(date(2026, 1, 1), date(2039, 12, 31)).filter(lambda day: day.weekday() < 5)
rhythms = st.one_of(st.none(), st.builds(EveryWeeks, st.integers(1, 5)))


@given(first=weekdays, rhythm=rhythms, avoid=st.frozensets(st.dates(date(2026, 1, 1), date(2040, 12, 31)), max_size=20))
def test_whatever_the_start_every_proposed_day_suits(
    first: date, rhythm: Rhythm | None, avoid: frozenset[date]
) -> None:
    proposals = dates(first, rhythm, avoid=avoid)
    days = [proposal.day for proposal in proposals]
    assert len(days) == len(NINE_MONTHS)
    assert all(problem_with(day, avoid=avoid) is None for day in days)
    assert days == sorted(set(days))
    assert all((proposal.day == proposal.wanted) or proposal.reason for proposal in proposals)
    assert proposals == dates(first, rhythm, avoid=avoid)


@given(first=weekdays)
def test_a_monthly_rhythm_gives_one_session_a_month(first: date) -> None:
    months = [(proposal.day.year, proposal.day.month) for proposal in dates(first)]
    assert len(set(months)) == len(NINE_MONTHS)


@pytest.mark.parametrize(("day", "term"), [(date(2027, 1, 12), "2027"), (date(2026, 8, 11), "2026")])
def test_a_cohort_is_named_after_its_term(day: date, term: str) -> None:
    assert term in term_of(day)


def test_the_spring_and_the_autumn_term_part_in_july() -> None:
    assert term_of(date(2027, 6, 30)) != term_of(date(2027, 7, 1))


def test_the_suggested_name_takes_the_next_free_letter() -> None:
    day = date(2027, 1, 12)
    taken = {f"{term_of(day)} A"}
    assert suggested_name(day, taken) == f"{term_of(day)} B"


@pytest.mark.parametrize(
    ("first", "period"),
    [
        (date(2026, 6, 1), (date(2026, 3, 10), date(2026, 5, 4))),
        (date(2026, 3, 20), (date(2026, 3, 10), date(2026, 3, 19))),  # four weeks are not left
        (date(2026, 3, 10), (date(2026, 3, 9), date(2026, 3, 9))),
    ],
)
def test_applications_close_four_weeks_before_the_first_session(first: date, period: tuple[date, date]) -> None:
    assert application_period(first, today=date(2026, 3, 10)) == period
