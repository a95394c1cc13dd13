"""When the sessions of a cohort should be: a rhythm says the wanted dates, the calendar moves some of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Protocol, SupportsFloat

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from common.clock import at
from sessions.rules.days import JULY, ONE_DAY, Problem, problem_with

ONE_WEEK = timedelta(weeks=1)
MONTHS_IN_YEAR = 12
LAST = 5  # a fifth weekday exists in few months: who chooses one means the last

ORDINALS: dict[int, Promise] = {
    1: pgettext_lazy("weekday of the month", "first"),
    2: pgettext_lazy("weekday of the month", "second"),
    3: pgettext_lazy("weekday of the month", "third"),
    4: pgettext_lazy("weekday of the month", "fourth"),
    LAST: pgettext_lazy("weekday of the month", "last"),
}


class Step(Protocol):
    """What the planner needs to know of a module: hours, and months after the programme's start."""

    @property
    def month_offset(self) -> int: ...

    @property
    def hours(self) -> SupportsFloat: ...


class Rhythm(Protocol):
    """How the wanted dates follow each other."""

    def wanted(self, first: date, months: Sequence[int]) -> Iterator[Wanted]:
        """One wanted date for each of `months`, the modules' offsets from the start, in order."""
        ...


@dataclass(frozen=True)
class Wanted:
    """A date as the rhythm has it, with what it skipped to come there. It should stay in `month`, if given."""

    day: date
    problem: Problem | None = None
    month: tuple[int, int] | None = None


@dataclass(frozen=True)
class NthWeekday:
    """The n-th weekday of the month, such as its second Tuesday. `weekday` counts from Monday, 0."""

    nth: int
    weekday: int

    @classmethod
    def of(cls, day: date) -> NthWeekday:
        """The rhythm that `day` belongs to: the 9th of March 2027 is a second Tuesday."""
        return cls(nth=(day.day - 1) // 7 + 1, weekday=day.weekday())

    def __str__(self) -> str:
        weekday = date_format(date(2024, 1, 1) + timedelta(days=self.weekday), "l").lower()
        return _("the %(nth)s %(weekday)s of the month") % {"nth": ORDINALS[self.nth], "weekday": weekday}

    def wanted(self, first: date, months: Sequence[int]) -> Iterator[Wanted]:
        """July is left out: what falls in it, and all that follows, comes a month later.

        A module with the same offset as the one before it follows two weeks later.
        """
        month = first.year * MONTHS_IN_YEAR + first.month - 1
        day = first
        for index, offset in enumerate(months):
            gap = max(offset - months[index - 1], 0) if index else 0
            problem = None
            month += gap
            if month % MONTHS_IN_YEAR == JULY - 1:
                problem = problem_with(self.in_month(month))
                month += 1
            day = self.in_month(month) if gap or problem or not index else day + 2 * ONE_WEEK
            yield Wanted(day, problem, (day.year, day.month))

    def in_month(self, month: int) -> date:
        """The date in `month`, counted from the year 0."""
        first = date(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1)
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))
        return day if day.month == first.month else day - ONE_WEEK


@dataclass(frozen=True)
class EveryWeeks:
    """The same weekday every `weeks` weeks."""

    weeks: int

    def __str__(self) -> str:
        return ngettext("every week", "every %(weeks)s weeks", self.weeks) % {"weeks": self.weeks}

    def wanted(self, first: date, months: Sequence[int]) -> Iterator[Wanted]:
        """The modules' months don't matter. What falls in July comes in the first week of August."""
        day = first
        for index in range(len(months)):
            if index:
                day += self.weeks * ONE_WEEK
            problem = problem_with(day) if day.month == JULY else None
            while day.month == JULY:
                day += ONE_WEEK
            yield Wanted(day, problem)


@dataclass(frozen=True)
class Proposal:
    """A date for one module. `reason` says why it isn't the wanted one. Times are Swedish."""

    day: date
    starts: datetime
    ends: datetime
    wanted: date
    reason: str | None


def propose(
    modules: Sequence[Step], *, first: date, rhythm: Rhythm, starts: time, avoid: Collection[date] = ()
) -> list[Proposal]:
    """Return a date for each of `modules`, in order, beginning with `first` and following `rhythm`.

    A wanted date that doesn't suit is moved to the nearest day that does: in the same week if possible, otherwise
    outward, later before earlier. Order is kept, and with a monthly rhythm the month too.
    """
    proposals: list[Proposal] = []
    for module, wanted in zip(modules, rhythm.wanted(first, [module.month_offset for module in modules]), strict=True):
        after = proposals[-1].day if proposals else date.min
        day = next(day for day in _candidates(wanted) if day > after and problem_with(day, avoid=avoid) is None)
        problem = wanted.problem or problem_with(wanted.day, avoid=avoid)
        reason = str(problem) if problem else None
        if reason is None and day != wanted.day:
            reason = _("The session before it comes on the wanted day or later.")
        proposals.append(
            Proposal(
                day=day,
                starts=at(day, starts),
                ends=end_of(day, starts, module.hours),
                wanted=wanted.day,
                reason=reason,
            )
        )
    return proposals


def end_of(day: date, starts: time, hours: SupportsFloat) -> datetime:
    """When a session of `hours` (breaks included) ends by the wall clock; a minute before midnight at the latest.

    A module of 7 hours that begins at 9.00 ends at 16.00.
    """
    minutes = starts.hour * 60 + starts.minute + round(float(hours) * 60)
    last_minute = 23 * 60 + 59
    hour, minute = divmod(min(minutes, last_minute), 60)
    return at(day, time(hour, minute))


def _candidates(wanted: Wanted) -> Iterator[date]:
    """Days from the best to the worst: the wanted day, its week, the rest of its month, then ever further away."""

    def in_month(day: date) -> bool:
        return wanted.month is None or (day.year, day.month) == wanted.month

    week = wanted.day.isocalendar()[:2]
    nearby = list(_outward(wanted.day, range(32)))
    yield from (day for day in nearby if in_month(day) and day.isocalendar()[:2] == week)
    yield from (day for day in nearby if in_month(day))
    yield from _outward(wanted.day, count())


def _outward(day: date, distances: Iterator[int] | range) -> Iterator[date]:
    for distance in distances:
        yield day + distance * ONE_DAY
        if distance:
            yield day - distance * ONE_DAY


def term_of(day: date) -> str:
    """Name the term, "VT 2027" or "HT 2027": the Swedish spring and autumn terms, which part at the end of June."""
    term = pgettext_lazy("spring term", "ST") if day.month < JULY else pgettext_lazy("autumn term", "AT")
    return f"{term} {day.year}"


def suggested_name(first: date, taken: Collection[str]) -> str:
    """Return "VT 2027 A", or the next letter that is free."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = (f"{term_of(first)} {letter}" for letter in letters)
    return next((name for name in names if name not in taken), f"{term_of(first)} {first:%m%d}")


def application_period(first: date, *, today: date) -> tuple[date, date]:
    """The first and last day of application unless the coordinator says otherwise: from today to four weeks before.

    Where four weeks aren't left, people can apply until the day before the first session.
    """
    closes = first - 4 * ONE_WEEK
    if closes <= today:
        closes = first - ONE_DAY
    return min(today, closes), closes
