"""A month of sessions, week by week, with the days that are kept free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sessions.boards.standing import Slot
from sessions.rules.days import EVES, HOLIDAYS, ONE_DAY, SATURDAY, Problem, Unsuitable, problem_with, school_break

ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Day:
    """`note` says in a word or two why the day is off, where that isn't plain to see."""

    day: date
    in_month: bool
    is_today: bool
    is_off: bool
    note: str
    slots: Sequence[Slot] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """Monday to Sunday; `schools` says if they are closed, or may be."""

    number: int
    schools: str
    days: Sequence[Day]


def month_after(first: date, distance: int) -> date:
    """The first day of the month `distance` months after that of `first`."""
    months = first.year * 12 + first.month - 1 + distance
    return date(months // 12, months % 12 + 1, 1)


def days_of(first: date) -> tuple[date, date]:
    """The Monday on or before `first`, a month's first day, and the Sunday on or after its last."""
    last = month_after(first, 1) - ONE_DAY
    return first - first.weekday() * ONE_DAY, last + (6 - last.weekday()) * ONE_DAY


def weeks_of(
    first: date,
    slots: Iterable[Slot],
    *,
    today: date,
    blocked: Mapping[date, str],
    winter_breaks: Collection[int | None],
) -> list[Week]:
    """The weeks of the month that begins on `first`, with each of `slots` in its day.

    `blocked` are days that regions keep free, with the reason; `winter_breaks` the regions' weeks of winter break.
    """
    held: defaultdict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        held[slot.session.day].append(slot)
    monday, sunday = days_of(first)
    weeks = []
    while monday < sunday:
        days = [monday + distance * ONE_DAY for distance in range(7)]
        closed = (school_break(day, winter_break_week=week) for day in days[:SATURDAY] for week in winter_breaks)
        breaks = {note for note in closed if note}
        weeks.append(
            Week(
                number=monday.isocalendar().week,
                schools=" ".join(sorted(breaks)),
                days=[_day(day, first, today, blocked, held[day]) for day in days],
            )
        )
        monday += ONE_WEEK
    return weeks


def _day(day: date, first: date, today: date, blocked: Mapping[date, str], slots: Sequence[Slot]) -> Day:
    problem = problem_with(day, blocked=blocked)
    in_month = (day.year, day.month) == (first.year, first.month)
    return Day(day, in_month, day == today, bool(problem), _note(problem) if problem else "", slots)


def _note(problem: Problem) -> str:
    """What a calendar on the wall says: "Julafton", "Klämdag"; nothing of a plain weekend."""
    if problem.kind == Unsuitable.EVE and problem.holiday not in EVES:
        return _("Day before a holiday")
    words = {
        Unsuitable.HOLIDAY: HOLIDAYS.get(problem.holiday, ""),
        Unsuitable.EVE: EVES.get(problem.holiday, ""),
        Unsuitable.BRIDGE: _("Bridge day"),
        Unsuitable.BLOCKED: problem.reason,
    }
    return str(capfirst(words.get(problem.kind, "")))
