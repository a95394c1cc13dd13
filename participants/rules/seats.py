"""Who gets a seat.

A municipality uses its own seats first, then the common pool; from the release date on only capacity counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from participants.choices import EnrolmentStatus


@dataclass(frozen=True)
class Seats:
    """The seats of one cohort as they stand. `waiting` holds a municipality for each person who waits, in order."""

    capacity: int
    allocated: Mapping[UUID, int]
    taken: Mapping[UUID, int]
    waiting: tuple[UUID, ...] = ()
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

    def with_one_more(self, municipality: UUID) -> Seats:
        """The seats once someone from `municipality` has taken one."""
        return replace(self, taken={**self.taken, municipality: self.taken.get(municipality, 0) + 1})

    def after_the_waiting_list(self) -> Seats:
        """The seats once everyone who waits and could have one has got it: what is left is for newcomers."""
        seats, still_waiting = self, []
        for municipality in self.waiting:
            if seats.available_to(municipality):
                seats = seats.with_one_more(municipality)
            else:
                still_waiting.append(municipality)
        return replace(seats, waiting=tuple(still_waiting))


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
