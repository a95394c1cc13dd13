"""When sessions should be: which days suit, and how the planner moves a date that doesn't."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import SupportsFloat
from uuid import UUID

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from common.clock import at
from sessions.rules.clashes import Kind
from sessions.rules.days import HOLIDAYS, Unsuitable, problem_with, public_holiday, school_break
from sessions.rules.diary import Diary, Engagement
from sessions.rules.planning import (
    Proposal,
    Step,
    application_period,
    end_of,
    propose,
    suggested_name,
    term_of,
)
from sessions.rules.rhythms import EveryWeeks, Listed, NthWeekday, Rhythm, rhythm_of

NINE_O_CLOCK = time(9)
LENA, SALEN = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Outline:
    month_offset: int
    hours: SupportsFloat = 7


def step(month_offset: int, *needs: UUID) -> Step:
    return Step(Outline(month_offset), NINE_O_CLOCK, needs)


NINE_MONTHS = [step(month) for month in range(9)]


def dates(first: date, rhythm: Rhythm | None = None, *needs: UUID, **kwargs: object) -> list[Proposal]:
    """Nine sessions that all want the same, by default on the weekday of the month that `first` is."""
    return propose(
        [step(month, *needs) for month in range(9)],
        first=first,
        rhythm=rhythm or NthWeekday.of(first),
        **kwargs,  # type: ignore[arg-type]
    )


def taken(whom: UUID, *days: date, hours: tuple[int, int] = (9, 16), kind: Kind = Kind.LECTURER) -> Diary:
    """A diary in which `whom` is engaged on `days`."""
    begin, end = (time(hour) for hour in hours)
    return Diary(Engagement(kind, whom, "Lena Lektor", at(day, begin), at(day, end), "VT 2027 B") for day in days)


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


@pytest.mark.parametrize("week", range(6, 12))
def test_of_winter_breaks_only_the_regions_own_is_warned_of_if_it_has_said_which(week: int) -> None:
    day = date.fromisocalendar(2027, week, 2)
    warned = {own for own in (None, 7, 8, 9, 10) if school_break(day, winter_break_week=own)}
    assert warned == ({None, week} if week in range(7, 11) else set())


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
    june, august = propose([step(0), step(2)], first=date(2027, 6, 8), rhythm=NthWeekday(2, 1))
    assert (june.day, august.day) == (date(2027, 6, 8), date(2027, 8, 10))
    assert august.reason is None


def test_a_fifth_weekday_means_the_last_of_the_month() -> None:
    days = [proposal.day for proposal in dates(date(2026, 9, 29))]
    assert days[1:4] == [date(2026, 10, 27), date(2026, 11, 24), date(2026, 12, 29)]


def test_two_modules_in_one_month_are_two_weeks_apart() -> None:
    first, second = propose([step(0), step(0)], first=date(2026, 9, 8), rhythm=NthWeekday(2, 1))
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


def test_a_weekday_of_the_month_may_be_chosen_apart_from_the_first_date() -> None:
    third_thursdays = dates(date(2026, 9, 1), NthWeekday(3, 3))
    assert [proposal.day for proposal in third_thursdays[:2]] == [date(2026, 9, 17), date(2026, 10, 15)]
    assert dates(date(2026, 9, 18), NthWeekday(3, 3))[0].day == date(2026, 10, 15)  # September's is over


class TestListedDates:
    LIST = (date(2027, 3, 9), date(2027, 3, 26), date(2027, 5, 11))  # the second is Good Friday

    def proposed(self, *, fixed: bool = False) -> list[Proposal]:
        steps = [step(month) for month in range(3)]
        return propose(steps, first=self.LIST[0], rhythm=Listed(self.LIST, fixed=fixed))

    def test_one_that_does_not_suit_is_moved_to_the_nearest_that_does(self) -> None:
        first, second, third = self.proposed()
        assert (first.day, third.day) == (self.LIST[0], self.LIST[2])
        assert second.day == date(2027, 3, 24)  # the day before is Maundy Thursday
        assert second.reason == str(problem_with(self.LIST[1]))

    def test_they_are_kept_as_they_are_for_who_wants_them_so(self) -> None:
        proposals = self.proposed(fixed=True)
        assert tuple(proposal.day for proposal in proposals) == self.LIST
        assert [proposal.reason for proposal in proposals] == [None] * 3


@pytest.mark.parametrize(
    ("days", "rhythm"),
    [
        ([date(2027, 1, 12), date(2027, 2, 9), date(2027, 3, 9)], NthWeekday(2, 1)),
        ([date(2027, 1, 12), date(2027, 2, 10), date(2027, 3, 9)], NthWeekday(2, 1)),  # one was moved
        ([date(2027, 1, 12), date(2027, 1, 26), date(2027, 2, 9), date(2027, 2, 23)], EveryWeeks(2)),
        ([date(2027, 1, 12), date(2027, 1, 13)], None),
        ([date(2027, 1, 12)], None),
        ([], None),
    ],
)
def test_the_rhythm_of_an_earlier_cohort_is_seen(days: list[date], rhythm: Rhythm | None) -> None:
    assert rhythm_of(days) == rhythm


class TestLecturersAndVenues:
    WANTED = date(2027, 3, 9)  # a Tuesday

    def test_a_day_on_which_the_lecturer_teaches_is_left_for_the_nearest_in_its_week(self) -> None:
        first = dates(self.WANTED, None, LENA, diary=taken(LENA, self.WANTED))[0]
        assert first.day == date(2027, 3, 10)
        with translation.override("en"):
            again = dates(self.WANTED, None, LENA, diary=taken(LENA, self.WANTED))[0]
            assert again.reason == "Lena Lektor teaches VT 2027 B on Tuesday 9 March 2027."

    @pytest.mark.parametrize(("kind", "said"), [(Kind.AWAY, "can't teach"), (Kind.VENUE, "is booked for")])
    def test_so_is_one_on_which_she_is_away_or_the_venue_is_booked(self, kind: Kind, said: str) -> None:
        with translation.override("en"):
            first = dates(self.WANTED, None, LENA, diary=taken(LENA, self.WANTED, kind=kind))[0]
        assert first.day == date(2027, 3, 10)
        assert first.reason is not None
        assert said in first.reason

    def test_another_who_teaches_or_another_venue_is_no_obstacle(self) -> None:
        assert dates(self.WANTED, None, LENA, diary=taken(SALEN, self.WANTED))[0].day == self.WANTED

    def test_neither_is_a_session_that_ends_when_this_one_begins(self) -> None:
        assert dates(self.WANTED, None, LENA, diary=taken(LENA, self.WANTED, hours=(7, 9)))[0].day == self.WANTED

    def test_if_the_week_is_full_the_month_has_other_days(self) -> None:
        week = [date(2027, 3, 8) + timedelta(days=n) for n in range(5)]
        first = dates(self.WANTED, None, LENA, diary=taken(LENA, *week))[0]
        assert first.day == date(2027, 3, 5)  # the Friday before is nearer than the Monday after
        assert not first.engaged

    def test_if_the_month_is_full_the_day_is_kept_and_it_is_said_who_is_missing(self) -> None:
        month = [date(2027, 3, 1) + timedelta(days=n) for n in range(31)]
        first = dates(self.WANTED, None, LENA, diary=taken(LENA, *month))[0]
        assert (first.day, first.reason) == (self.WANTED, None)
        assert [engagement.whom for engagement in first.engaged] == [LENA]

    def test_no_session_takes_the_place_of_the_next(self) -> None:
        busy = [date(2027, 3, 8) + timedelta(days=n) for n in range(8)]
        diary = taken(LENA, *busy)
        first, second, *_others = dates(self.WANTED, EveryWeeks(1), LENA, diary=diary, after=date(2027, 3, 8))
        assert (first.day, second.day) == (self.WANTED, date(2027, 3, 16))
        assert first.engaged


FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2040, 12, 31)
weekdays = st.dates(FIRST_DAY, date(2039, 12, 31)).filter(lambda day: day.weekday() < 5)
some_days = st.frozensets(st.dates(FIRST_DAY, LAST_DAY), max_size=20)
rhythms = st.one_of(
    st.none(),
    st.builds(EveryWeeks, st.integers(1, 8)),
    st.builds(NthWeekday, st.integers(1, 5), st.integers(0, 4)),
    st.builds(Listed, st.lists(weekdays, min_size=9, max_size=9, unique=True).map(lambda days: tuple(sorted(days)))),
)


@st.composite
def busy_seasons(draw: st.DrawFn) -> tuple[date, Diary]:
    """A first date, and a diary in which lecturer and venue are taken on many days of the year that follows."""
    first = draw(weekdays)
    offsets = draw(st.frozensets(st.integers(-10, 300), max_size=120))
    days = [first + timedelta(days=offset) for offset in offsets]
    diary = Diary(
        Engagement(Kind.LECTURER, LENA if day.day % 2 else SALEN, "Lena Lektor", at(day, time(8)), at(day, time(12)))
        for day in days
    )
    return first, diary


@given(first=weekdays, rhythm=rhythms, avoid=some_days, blocked=some_days)
def test_whatever_the_start_every_proposed_day_suits(
    first: date, rhythm: Rhythm | None, avoid: frozenset[date], blocked: frozenset[date]
) -> None:
    reasons = dict.fromkeys(blocked, "Regional konferens")
    proposals = dates(first, rhythm, avoid=avoid, blocked=reasons)
    days = [proposal.day for proposal in proposals]
    assert len(days) == len(NINE_MONTHS)
    assert all(problem_with(day, avoid=avoid, blocked=reasons) is None for day in days)
    assert days == sorted(set(days))
    assert all((proposal.day == proposal.wanted) or proposal.reason for proposal in proposals)
    assert all(proposal.why for proposal in proposals)
    assert proposals == dates(first, rhythm, avoid=avoid, blocked=reasons)


@given(season=busy_seasons())
def test_a_monthly_rhythm_gives_one_session_a_month_however_busy_people_are(season: tuple[date, Diary]) -> None:
    first, diary = season
    months = [(proposal.day.year, proposal.day.month) for proposal in dates(first, None, LENA, SALEN, diary=diary)]
    assert len(set(months)) == len(NINE_MONTHS)


@given(season=busy_seasons())
def test_nobody_is_booked_twice_where_a_day_of_the_month_was_free(season: tuple[date, Diary]) -> None:
    first, diary = season
    for proposal in dates(first, None, LENA, SALEN, diary=diary):
        assert problem_with(proposal.day) is None
        if proposal.engaged:
            month = [
                day
                for n in range(31)
                if (day := proposal.day.replace(day=1) + timedelta(n)).month == proposal.day.month
            ]
            assert not any(is_free(day, diary) for day in month if problem_with(day) is None)
        if proposal.day != proposal.wanted:
            assert proposal.reason


@given(season=busy_seasons(), rhythm=st.builds(EveryWeeks, st.integers(1, 8)))
def test_a_free_day_in_the_same_week_comes_before_all_others(season: tuple[date, Diary], rhythm: EveryWeeks) -> None:
    first, diary = season
    before = date.min
    proposals = dates(first, rhythm, LENA, SALEN, diary=diary)
    for proposal in proposals:
        monday = proposal.wanted - timedelta(days=proposal.wanted.weekday())
        week = [day for n in range(5) if (day := monday + timedelta(n)) > before and problem_with(day) is None]
        if any(is_free(day, diary) for day in week):
            assert proposal.day in week
            assert not proposal.engaged
        before = proposal.day
    assert proposals == dates(first, rhythm, LENA, SALEN, diary=diary)


def is_free(day: date, diary: Diary) -> bool:
    starts, ends = step(0).on(day)
    return not diary.engagements([LENA, SALEN], starts=starts, ends=ends)


class Counted(frozenset[date]):
    """Days to avoid that count how often they are looked at: once for each day that the planner considers."""

    looks = 0

    def __contains__(self, day: object) -> bool:
        type(self).looks += 1
        return super().__contains__(day)


def test_fifty_cohorts_take_little_work_in_a_busy_year() -> None:
    first = date(2027, 1, 12)
    busy = [first + timedelta(days=n) for n in range(300) if n % 3]
    diary = taken(LENA, *busy)
    for weeks in range(50):
        dates(first + timedelta(weeks=weeks), None, LENA, diary=diary, avoid=Counted())
    assert Counted.looks < 50 * 9 * 20


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
