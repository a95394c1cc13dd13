"""What to say of a session's day and place before it is saved: why the day doesn't suit, and what is in the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from common.clock import local_date
from regions.models import Region
from sessions.clashes.calendar import Calendar, Obstacle
from sessions.clashes.reading import calendar_between
from sessions.models import BlockedPeriod
from sessions.rules.clashes import Booking
from sessions.rules.days import ONE_DAY, Problem, problem_with, school_break


@dataclass(frozen=True)
class Advice:
    """What templates/sessions/_advice.html says of a day.

    `why` says why the planner chose it, `reason` why it isn't the one that the rhythm gives.
    """

    day: date
    problem: Problem | None = None
    warnings: list[str] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    reason: str | None = None
    why: str = ""

    @property
    def objects(self) -> bool:
        """Whether the day doesn't suit or something is in the way. Warnings are only worth a thought."""
        return bool(self.problem or self.obstacles)


@dataclass(frozen=True)
class Surroundings:
    """What is booked and kept free in a region from `first` to `last`, local days, both included."""

    calendar: Calendar
    blocked: Mapping[date, str]
    first: date
    last: date

    @classmethod
    def read(cls, region_id: UUID, first: date, last: date, *, cohorts: Collection[UUID] = ()) -> Surroundings:
        """Read them, and who takes part in `cohorts`, in five queries."""
        calendar = calendar_between([region_id], first=first, last=last, cohorts=cohorts)
        return cls(calendar, blocked_days([region_id], first, last), first, last)

    def cover(self, days: Iterable[date]) -> bool:
        """Whether all of `days` are among theirs."""
        return all(self.first <= day <= self.last for day in days)


def advise_together(
    bookings: Iterable[Booking],
    *,
    region: Region,
    avoid: Collection[date] = (),
    around: Surroundings | None = None,
) -> Mapping[UUID, Advice]:
    """What to think of each of `bookings`, by session, if all of them were saved: they may clash with one another.

    `around` is what has been read already, perhaps of their days.
    """
    bookings = list(bookings)
    if not bookings:
        return {}
    days = {booking.session: local_date(booking.starts) for booking in bookings}
    if around is None or not around.cover(days.values()):
        around = Surroundings.read(region.pk, min(days.values()), max(days.values()))
    obstacles = around.calendar.obstacles(bookings)
    return {
        session: Advice(
            day=day,
            problem=problem_with(day, avoid=avoid, blocked=around.blocked),
            warnings=warnings_of(day, region),
            obstacles=obstacles.get(session, []),
        )
        for session, day in days.items()
    }


def warnings_of(day: date, region: Region) -> list[str]:
    """What to think of on `day` that forbids nothing."""
    warning = school_break(day, winter_break_week=region.winter_break_week)
    return [warning] if warning else []


def blocked_days(region_ids: Collection[UUID], first: date, last: date) -> dict[date, str]:
    """The days from `first` to `last`, both included, that the regions keep free, with the reason."""
    periods = BlockedPeriod.objects.filter(region__in=region_ids, first__lte=last, last__gte=first)
    return {day: period.reason for period in periods for day in _days(max(period.first, first), min(period.last, last))}


def _days(first: date, last: date) -> Iterable[date]:
    return (first + distance * ONE_DAY for distance in range((last - first).days + 1))
