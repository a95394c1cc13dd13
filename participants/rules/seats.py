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

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.clock import STOCKHOLM, at, local_date
from participants.choices import EnrolmentStatus, EventKind, OfferAnswer
from regions.choices import WaitingListOrder

# Who withdraws someone with an offer says no to it; whatever isn't an answer takes the offer back.
ANSWERS = {
    EventKind.ACCEPTED: OfferAnswer.ACCEPTED,
    EventKind.DECLINED: OfferAnswer.DECLINED,
    EventKind.WITHDRAWN: OfferAnswer.DECLINED,
    EventKind.WITHDRAWN_LATE: OfferAnswer.DECLINED,
    EventKind.OFFER_EXPIRED: OfferAnswer.EXPIRED,
}


EXPIRES_SOON = timedelta(days=2)  # what is left of an offer when its manager and the coordinator are reminded


class Waiting(NamedTuple):
    """Someone who waits, and the municipality that she comes from.

    `own`: she comes first since seats are kept for her municipality (see `in_turn`). `passed_over`: an offer was taken
    back from her, so that she gets a seat by hand only.
    """

    municipality: UUID
    enrolment: UUID | None = None
    own: bool = False
    passed_over: bool = False


@dataclass(frozen=True)
class Seats:
    """The seats of one cohort as they stand. `waiting` are those who wait, in turn (see `in_turn`)."""

    capacity: int
    allocated: Mapping[UUID, int]
    taken: Mapping[UUID, int]
    waiting: tuple[Waiting, ...] = ()
    released: bool = False

    @property
    def held(self) -> int:
        """Seats that someone has or is offered."""
        return sum(self.taken.values())

    @property
    def free(self) -> int:
        """Seats that nobody has, whomever they are kept for. Never below zero."""
        return max(0, self.capacity - self.held)

    @property
    def overbooked(self) -> int:
        """Seats that were given beyond the capacity."""
        return max(0, self.held - self.capacity)

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
        """Those who wait and are to be offered a seat now, in turn."""
        return self._served()[0]

    def could_be_seated(self) -> int:
        """How many of those who wait could have a seat now, also those whom offers pass over."""
        by_hand = tuple(waiting._replace(passed_over=False) for waiting in self.waiting)
        return len(replace(self, waiting=by_hand).next_in_turn())

    def after_the_waiting_list(self) -> Seats:
        """The seats once everyone whose turn it is has got one: what is left is for newcomers."""
        return self._served()[1]

    def _served(self) -> tuple[list[Waiting], Seats]:
        """Those who are to have a seat, and the seats once they have."""
        seats, served, left = self, [], []
        for waiting in self.waiting:
            if not waiting.passed_over and seats.available_to(waiting.municipality):
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
    after the release date: they are marked as `own`. Otherwise the time of the application decides alone.
    """
    if order == WaitingListOrder.APPLIED:
        return tuple(waiting)
    within: list[Waiting] = []
    beyond: list[Waiting] = []
    unused = {place: seats - taken.get(place, 0) for place, seats in allocated.items()}
    for one in waiting:
        left = unused.get(one.municipality, 0)
        unused[one.municipality] = left - 1
        if left > 0:
            within.append(one._replace(own=True))
        else:
            beyond.append(one)
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


def last_minute(expires: datetime) -> datetime:
    """The last minute in which an offer can be answered that `expires` at midnight: so it is told to people."""
    return expires - timedelta(minutes=1)


def reminder_due(expires: datetime) -> datetime:
    """When the manager is reminded of an offer: in the morning of the day before the last."""
    return at(local_date(last_minute(expires)) - timedelta(days=1), time(7))


def refusal_to_accept(status: str, *, expires: datetime | None, now: datetime) -> str | None:
    """Whether an offer that `expires` can be accepted at `now`, with what happens instead if it is too late."""
    if refusal := refusal_to_decline(status):
        return refusal
    if expires is None or expires > now:
        return None
    return _(
        "The time to answer ran out on %(moment)s, so the seat goes to the next who waits. "
        "Enrol the person again for a place on the waiting list."
    ) % {"moment": date_format(last_minute(expires).astimezone(STOCKHOLM), "DATETIME_FORMAT")}


def refusal_to_decline(status: str) -> str | None:
    """Whether there is an offer to decline, or to take back."""
    if status == EnrolmentStatus.ENROLLED:
        return _("The seat has been accepted already.")
    return None if status == EnrolmentStatus.OFFERED else _("There is no offer any more.")


def answer_to_offer(kind: str) -> OfferAnswer:
    """What becomes of an open offer when what `kind` says happens to its enrolment."""
    return ANSWERS.get(EventKind(kind), OfferAnswer.TAKEN_BACK)
