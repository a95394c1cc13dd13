"""When the sessions of a cohort should be: a rhythm says the wanted dates, the calendar moves some of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count, pairwise
from typing import Protocol, SupportsFloat
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from common.clock import at
from sessions.rules.days import JULY, NOTHING_BLOCKED, ONE_DAY, Problem, problem_with
from sessions.rules.diary import Diary, Engagement
from sessions.rules.rhythms import ONE_WEEK, Rhythm, Wanted

NOTHING_BOOKED = Diary()


class Outline(Protocol):
    """What a module says of its session: hours, and months after the programme's start."""

    @property
    def month_offset(self) -> int: ...

    @property
    def hours(self) -> SupportsFloat: ...


@dataclass(frozen=True)
class Step:
    """A session that wants a date. `needs` are the lecturers and the venue that it is to have, by key."""

    outline: Outline
    starts: time
    needs: Sequence[UUID] = ()

    def on(self, day: date) -> tuple[datetime, datetime]:
        """When it begins and ends if it is held on `day`."""
        return at(day, self.starts), end_of(day, self.starts, self.outline.hours)


@dataclass(frozen=True)
class Proposal:
    """A date for one module. Times are Swedish.

    `why` says why the wanted date was wanted, `reason` why another was taken. `engaged` is what takes the module's
    lecturers or venue on the proposed day all the same, since no day nearby was better.
    """

    day: date
    starts: datetime
    ends: datetime
    wanted: date
    why: str
    reason: str | None
    engaged: Sequence[Engagement] = ()


@dataclass(frozen=True)
class _Days:
    """The days to choose among."""

    avoid: Collection[date]
    blocked: Mapping[date, str]
    diary: Diary

    def problem(self, day: date) -> Problem | None:
        """Why nobody should be called to a session that day."""
        return problem_with(day, avoid=self.avoid, blocked=self.blocked)

    def engagements(self, step: Step, day: date) -> Sequence[Engagement]:
        """What takes the step's lecturers or venue that day."""
        starts, ends = step.on(day)
        return self.diary.engagements(step.needs, starts=starts, ends=ends)


def propose(
    steps: Sequence[Step],
    *,
    first: date,
    rhythm: Rhythm,
    after: date = date.min,
    avoid: Collection[date] = (),
    blocked: Mapping[date, str] = NOTHING_BLOCKED,
    diary: Diary = NOTHING_BOOKED,
) -> list[Proposal]:
    """Return a date for each of `steps`, in order and later than `after`, from `first` on in `rhythm`.

    A wanted date that doesn't suit, or on which the lecturer or the venue is taken, is moved to the nearest day that
    is better: in the same week if possible, otherwise outward, later before earlier. Order is kept, and with a monthly
    rhythm the month too. A day that suits is found in any case; one on which all are free only nearby.
    """
    days = _Days(avoid, blocked, diary)
    proposals: list[Proposal] = []
    wishes = list(rhythm.wanted(first, [step.outline.month_offset for step in steps]))
    for step, wanted, before in zip(steps, wishes, _next_wishes(wishes), strict=True):
        day = _chosen(step, wanted, days, after=after, before=before)
        starts, ends = step.on(day)
        proposals.append(
            Proposal(
                day=day,
                starts=starts,
                ends=ends,
                wanted=wanted.day,
                why=wanted.why,
                reason=_reason(step, wanted, day, days),
                engaged=days.engagements(step, day),
            )
        )
        after = day
    return proposals


def end_of(day: date, starts: time, hours: SupportsFloat) -> datetime:
    """When a session of `hours` (breaks included) ends by the wall clock; a minute before midnight at the latest.

    A module of 7 hours that begins at 9.00 ends at 16.00.
    """
    minutes = starts.hour * 60 + starts.minute + round(float(hours) * 60)
    last_minute = 23 * 60 + 59
    hour, minute = divmod(min(minutes, last_minute), 60)
    return at(day, time(hour, minute))


def _next_wishes(wishes: Sequence[Wanted]) -> Iterator[date]:
    """The day that each wish must leave to the one after it."""
    yield from (later.day for _earlier, later in pairwise(wishes))
    yield date.max


def _chosen(step: Step, wanted: Wanted, days: _Days, *, after: date, before: date) -> date:
    """The best day for a step: one that suits and is free, nearby; otherwise the nearest one that suits."""
    if wanted.fixed:
        return wanted.day
    nearest = None
    for day in _nearby(wanted):
        if day > after and not days.problem(day):
            if day < before and not days.engagements(step, day):
                return day
            nearest = nearest or day
    return nearest or next(day for day in _outward(wanted.day, count()) if day > after and not days.problem(day))


def _reason(step: Step, wanted: Wanted, day: date, days: _Days) -> str | None:
    """Why `day` isn't simply the one that the rhythm gives."""
    if wanted.problem:
        return str(wanted.problem)
    if day == wanted.day:
        return None
    objection = days.problem(wanted.day) or next(iter(days.engagements(step, wanted.day)), None)
    return str(objection or _("The session before it comes on the wanted day or later."))


def _nearby(wanted: Wanted) -> Iterator[date]:
    """Days from the best to the worst: the wanted day, its week, the rest of its month."""

    def in_month(day: date) -> bool:
        return wanted.month is None or (day.year, day.month) == wanted.month

    monday = wanted.day - wanted.day.weekday() * ONE_DAY
    week = [day for day in _outward(wanted.day, range(7)) if monday <= day < monday + ONE_WEEK and in_month(day)]
    yield from week
    yield from (day for day in _outward(wanted.day, range(32)) if in_month(day) and day not in week)


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
