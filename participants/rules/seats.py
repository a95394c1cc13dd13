"""Who gets a seat.

A municipality uses its own seats first, then the common pool; from the release date on only capacity counts. Who waits
is served by the order that the region has chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import at, local_date
from participants.choices import EnrolmentStatus
from regions.choices import WaitingListOrder


class Waiting(NamedTuple):
    """Someone who waits, and the municipality that she comes from."""

    municipality: UUID
    enrolment: UUID | None = None


@dataclass(frozen=True)
class Seats:
    """The seats of one cohort as they stand. `waiting` are those who wait, in turn (see `in_turn`)."""

    capacity: int
    allocated: Mapping[UUID, int]
    taken: Mapping[UUID, int]
    waiting: tuple[Waiting, ...] = ()
    released: bool = False

    @property
    def free(self) -> int:
        """Seats that nobody has, whomever they are kept for. Never below zero."""
        return max(0, self.capacity - sum(self.taken.values()))

    def own_free(self, municipality: UUID) -> int:
        """Seats kept for `municipality` that it has not used."""
        if self.released:
            return 0
        return min(self.free, max(0, self.allocated.get(municipality, 0) - self.taken.get(municipality, 0)))

    @property
    def pool_free(self) -> int:
        """Seats that any municipality may take."""
        if self.released:
            return self.free
        pool = self.capacity - sum(self.allocated.values())
        used = sum(max(0, taken - self.allocated.get(place, 0)) for place, taken in self.taken.items())
        return min(self.free, max(0, pool - used))

    def available_to(self, municipality: UUID) -> int:
        """Seats that someone from `municipality` can have."""
        return min(self.free, self.own_free(municipality) + self.pool_free)

    def waiting_from(self, municipality: UUID) -> int:
        """How many from `municipality` wait."""
        return sum(waiting.municipality == municipality for waiting in self.waiting)

    def with_one_more(self, municipality: UUID) -> Seats:
        """The seats once someone from `municipality` has taken one."""
        return replace(self, taken={**self.taken, municipality: self.taken.get(municipality, 0) + 1})

    def with_one_less(self, municipality: UUID) -> Seats:
        """The seats once someone from `municipality` has left hers."""
        return replace(self, taken={**self.taken, municipality: self.taken.get(municipality, 0) - 1})

    def next_in_turn(self) -> list[Waiting]:
        """Those who wait and can have a seat now, in turn."""
        return self._served()[0]

    def after_the_waiting_list(self) -> Seats:
        """The seats once everyone who waits and could have one has got it: what is left is for newcomers."""
        return self._served()[1]

    def _served(self) -> tuple[list[Waiting], Seats]:
        """Those who wait and can have a seat, and the seats once they have."""
        seats, served, left = self, [], []
        for waiting in self.waiting:
            if seats.available_to(waiting.municipality):
                seats = seats.with_one_more(waiting.municipality)
                served.append(waiting)
            else:
                left.append(waiting)
        return served, replace(seats, waiting=tuple(left))


def in_turn(
    waiting: Sequence[Waiting], *, order: str, allocated: Mapping[UUID, int], taken: Mapping[UUID, int]
) -> tuple[Waiting, ...]:
    """Return `waiting`, given by the time of their application, in the order in which they are served.

    With WaitingListOrder.QUOTA those come first with whom their municipality doesn't exceed the seats kept for it, also
    after the release date; otherwise the time of the application decides alone.
    """
    if order == WaitingListOrder.APPLIED:
        return tuple(waiting)
    within: list[Waiting] = []
    beyond: list[Waiting] = []
    unused = {place: seats - taken.get(place, 0) for place, seats in allocated.items()}
    for one in waiting:
        left = unused.get(one.municipality, 0)
        unused[one.municipality] = left - 1
        (within if left > 0 else beyond).append(one)
    return (*within, *beyond)


def place_in_turn(seats: Seats, newcomers: Iterable[UUID]) -> list[EnrolmentStatus]:
    """What becomes of newcomers, named by their municipalities, in order: a seat, or a place on the waiting list.

    No one overtakes those who already wait for a seat that they could have.
    """
    seats = seats.after_the_waiting_list()
    statuses = []
    for municipality in newcomers:
        if seats.available_to(municipality):
            seats = seats.with_one_more(municipality)
            statuses.append(EnrolmentStatus.ENROLLED)
        else:
            statuses.append(EnrolmentStatus.WAITING)
    return statuses


def refusal_of_seat(*, available: int, free: int) -> str | None:
    """Whether there is a seat, when `available` are for her municipality of `free` in all."""
    if available:
        return None
    if free:
        return _("The seats that are left are kept for other municipalities.")
    return _("The cohort is full.")


# --- Offers -----------------------------------------------------------------------------------------------------------


def offers_end(starts: date | None, *, stop_days: int) -> datetime | None:
    """The moment from which a cohort that `starts` on a local day makes no offers; None if no session is planned.

    That is the end of the last day that is at least `stop_days` days before the start.
    """
    return at(starts - timedelta(days=stop_days), time.min) if starts else None


def offer_expires(now: datetime, *, days: int, end: datetime | None) -> datetime | None:
    """When an offer made at `now` expires: at the end of the local day `days` days later, but no later than `end`.

    None if it is too late for offers.
    """
    expires = at(local_date(now) + timedelta(days=days + 1), time.min)
    if end is None:
        return expires
    return min(expires, end) if now < end else None
