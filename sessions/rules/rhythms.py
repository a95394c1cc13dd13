"""How the wanted dates of a cohort follow each other: the same weekday every month, every few weeks, or as listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from sessions.rules.days import JULY, Problem, problem_with

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


class Rhythm(Protocol):
    """How the wanted dates follow each other."""

    def wanted(self, first: date, months: Sequence[int]) -> Iterator[Wanted]:
        """One wanted date for each of `months`, the modules' offsets from the start, in order."""
        ...


@dataclass(frozen=True)
class Wanted:
    """A date as the rhythm has it, and why: "andra tisdagen i månaden".

    `problem` is what it skipped to come there. It should stay in `month`, if given, and on its day if it is `fixed`.
    """

    day: date
    why: str
    problem: Problem | None = None
    month: tuple[int, int] | None = None
    fixed: bool = False


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
        return _("the %(nth)s %(weekday)s of the month") % {
            "nth": ORDINALS[self.nth],
            "weekday": name_of_weekday(self.weekday),
        }

    def wanted(self, first: date, months: Sequence[int]) -> Iterator[Wanted]:
        """Begin with the first such weekday from `first` on. July is left out: all from there on comes a month later.

        A module with the same offset as the one before it follows two weeks later.
        """
        month = first.year * MONTHS_IN_YEAR + first.month - 1
        month += self.in_month(month) < first
        day, itself = self.in_month(month), str(capfirst(str(self)))
        for index, offset in enumerate(months):
            gap = max(offset - months[index - 1], 0) if index else 0
            problem, why = None, itself
            month += gap
            if month % MONTHS_IN_YEAR == JULY - 1:
                problem = problem_with(self.in_month(month))
                month += 1
            if gap or problem or not index:
                day = self.in_month(month)
            else:
                day, why = day + 2 * ONE_WEEK, _("Two weeks after the session before it")
            yield Wanted(day, why, problem, month=(day.year, day.month))

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
        day, why = first, _("The first date that you chose")
        for index in range(len(months)):
            if index:
                day += self.weeks * ONE_WEEK
                why = ngettext(
                    "A week after the date before it", "%(weeks)s weeks after the date before it", self.weeks
                ) % {"weeks": self.weeks}
            problem = problem_with(day) if day.month == JULY else None
            while day.month == JULY:
                day += ONE_WEEK
            yield Wanted(day, why, problem)


@dataclass(frozen=True)
class Listed:
    """Dates that somebody has chosen one by one. `fixed` keeps even those that don't suit."""

    days: tuple[date, ...]
    fixed: bool = False

    def __str__(self) -> str:
        return _("the dates of your list")

    def wanted(self, first: date, months: Sequence[int]) -> Iterator[Wanted]:
        """Each date of the list; neither `first` nor the months matter."""
        for number, day in enumerate(self.days, start=1):
            yield Wanted(day, _("Number %(number)s in your list") % {"number": number}, fixed=self.fixed)


def rhythm_of(days: Sequence[date]) -> NthWeekday | EveryWeeks | None:
    """The rhythm that most of `days`, which are in order, follow: what a coordinator had in mind for a cohort.

    None if there is none to see: a date alone has no rhythm.
    """
    if len(days) < 2:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    monthly, on_it = Counter(NthWeekday.of(day) for day in days).most_common(1)[0]
    gap, so_far_apart = Counter(gaps).most_common(1)[0]
    if on_it * 2 > len(days) and on_it / len(days) >= so_far_apart / len(gaps):
        return monthly
    weeks = round(gap / ONE_WEEK.days)
    return EveryWeeks(weeks) if weeks else None


def name_of_weekday(weekday: int) -> str:
    """The name of a weekday, counted from Monday, 0, in the language in use and in lower case."""
    return date_format(date(2024, 1, 1) + timedelta(days=weekday), "l").lower()
