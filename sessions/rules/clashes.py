"""When two sessions stand in each other's way: the same room, the same lecturer, the same people, at the same time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from common.clock import local_date


class Kind(StrEnum):
    """What two sessions want at the same time, or what one can't have; the worst first."""

    LECTURER = "lecturer"
    AWAY = "away"
    VENUE = "venue"
    PARTICIPANT = "participant"
    SEATS = "seats"


@dataclass(frozen=True)
class Booking:
    """A session as the calendar sees it; times are aware. `expected` people take part in its cohort."""

    session: UUID
    cohort: UUID
    starts: datetime
    ends: datetime
    venue: UUID | None = None
    lecturers: frozenset[UUID] = frozenset()
    expected: int = 0

    def meets(self, other: Booking) -> bool:
        """Whether the two are held at the same time; one may begin when the other ends."""
        return self.starts < other.ends and other.starts < self.ends

    @property
    def days(self) -> list[date]:
        """The local days on which it is held: one, unless it passes midnight."""
        first, last = local_date(self.starts), local_date(self.ends - timedelta.resolution)
        return [first + timedelta(days=distance) for distance in range((last - first).days + 1)]


@dataclass(frozen=True)
class Clash:
    """What is wrong with one session.

    `other` is the session in its way, if it is one; `what` the venue or lecturer that both want; `people` how many
    take part in both cohorts, or have no seat in the venue. Two sessions of one cohort are in each other's way even
    before anybody takes part.
    """

    kind: Kind
    session: UUID
    other: UUID | None = None
    what: UUID | None = None
    people: int = 0


@dataclass(frozen=True)
class Circumstances:
    """What must be known beside the bookings.

    `away` are the days, both included, on which a lecturer can't; `shared` how many people take part in both of two
    cohorts; `seats` how many a venue has.
    """

    away: Mapping[UUID, Collection[tuple[date, date]]]
    shared: Mapping[frozenset[UUID], int]
    seats: Mapping[UUID, int]


def clashes(
    concerning: Iterable[Booking], *, among: Iterable[Booking], circumstances: Circumstances
) -> Iterator[Clash]:
    """Yield what is wrong with each of the bookings `concerning`, in their order, given all those `among`.

    A booking is never in its own way: `among` may hold another version of it, which is left out.
    """
    by_day: dict[date, list[Booking]] = {}
    for booking in among:
        for day in booking.days:
            by_day.setdefault(day, []).append(booking)
    for booking in concerning:
        yield from _alone(booking, circumstances)
        others = {other.session: other for day in booking.days for other in by_day.get(day, ())}
        for other in others.values():
            if other.session != booking.session and booking.meets(other):
                yield from _between(booking, other, circumstances)


def _alone(booking: Booking, circumstances: Circumstances) -> Iterator[Clash]:
    for lecturer in sorted(booking.lecturers):
        absences = circumstances.away.get(lecturer, ())
        if any(first <= day <= last for first, last in absences for day in booking.days):
            yield Clash(Kind.AWAY, booking.session, what=lecturer)
    seats = circumstances.seats.get(booking.venue) if booking.venue else None
    if seats is not None and booking.expected > seats:
        yield Clash(Kind.SEATS, booking.session, what=booking.venue, people=booking.expected - seats)


def _between(booking: Booking, other: Booking, circumstances: Circumstances) -> Iterator[Clash]:
    for lecturer in sorted(booking.lecturers & other.lecturers):
        yield Clash(Kind.LECTURER, booking.session, other.session, what=lecturer)
    if booking.venue and booking.venue == other.venue:
        yield Clash(Kind.VENUE, booking.session, other.session, what=booking.venue)
    same_people = booking.cohort == other.cohort
    people = booking.expected if same_people else circumstances.shared.get(frozenset({booking.cohort, other.cohort}), 0)
    if people or same_people:
        yield Clash(Kind.PARTICIPANT, booking.session, other.session, people=people)
