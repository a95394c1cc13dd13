"""Who has a seat: the one place where seats are given, and given back.

The form, the import, approval, promotion, offers, substitution, deferral, transfer and withdrawal all come through
here, with the cohort's row locked: so capacity and municipal seats hold under any concurrency.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from cohorts.models import Cohort
from common.clock import local_date
from common.locking import lock
from messaging.actions import queue
from participants.actions.history import change_status, change_statuses
from participants.choices import SEATED, EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import offers as offer_messages
from participants.models import Enrolment, Offer
from participants.offering import new_offer_expires
from participants.rules.seats import Seats, answer_to_offer, refusal_of_seat
from participants.seating import seats_of
from regions.models import Municipality


@dataclass
class LockedSeats:
    """The seats of a cohort that this transaction has locked. `seats` follows what is given and given back."""

    cohort: Cohort
    seats: Seats
    now: datetime

    def give(
        self,
        enrolment: Enrolment,
        status: EnrolmentStatus,
        *,
        kind: EventKind,
        by: User | None,
        reason: str = "",
        beyond: bool = False,
    ) -> None:
        """Let `enrolment` have a seat, as `status` says, enrolled or offered; who holds one already keeps it.

        `beyond`: also if none is left for her municipality, by a coordinator who states her `reason`.
        Raises EnrolmentRefused if there is none.
        """
        if enrolment.status not in SEATED:
            self._take(enrolment.municipality_id, beyond=beyond)
        self._close_offer(enrolment, kind, by)
        change_status(enrolment, status, kind=kind, by=by, now=self.now, reason=reason)

    def give_back(
        self, enrolment: Enrolment, status: EnrolmentStatus, *, kind: EventKind, by: User | None, reason: str = ""
    ) -> None:
        """Let `enrolment` become `status`, which holds no seat; if it had one, that is free afterwards."""
        if enrolment.status in SEATED:
            self.seats = self.seats.with_one_less(enrolment.municipality_id)
        self._close_offer(enrolment, kind, by)
        change_status(enrolment, status, kind=kind, by=by, now=self.now, reason=reason)

    def place(
        self, placements: Sequence[tuple[Enrolment, EnrolmentStatus]], *, kind: EventKind, by: User | None
    ) -> None:
        """Let each enrolment become its status, in order: what `give` and `give_back` do, in few queries for many.

        Raises EnrolmentRefused if there is no seat for one that is to have one.
        """
        for enrolment, status in placements:
            if status in SEATED and enrolment.status not in SEATED:
                self._take(enrolment.municipality_id, beyond=False)
            elif status not in SEATED and enrolment.status in SEATED:
                self.seats = self.seats.with_one_less(enrolment.municipality_id)
            self._close_offer(enrolment, kind, by)
        change_statuses(placements, kind=kind, by=by, now=self.now)

    def move(self, enrolment: Enrolment, municipality: Municipality, *, beyond: bool = False) -> None:
        """Let a seat count for another `municipality` from now on; the caller saves the enrolment.

        Raises EnrolmentRefused if none is left for it, unless `beyond`.
        """
        if enrolment.status in SEATED:
            self.seats = self.seats.with_one_less(enrolment.municipality_id)
            self._take(municipality.pk, beyond=beyond)
        enrolment.municipality = municipality

    def _take(self, municipality: UUID, *, beyond: bool) -> None:
        available = self.seats.available_to(municipality)
        if not beyond and (refusal := refusal_of_seat(available=available, free=self.seats.free)):
            raise EnrolmentRefused(refusal)
        self.seats = self.seats.with_one_more(municipality)

    def _close_offer(self, enrolment: Enrolment, kind: EventKind, by: User | None) -> None:
        """Whatever happens to who has an open offer ends it: she is `offered` exactly as long as it is open."""
        if enrolment.status == EnrolmentStatus.OFFERED:
            open_offer = Offer.objects.open().filter(enrolment=enrolment)
            open_offer.update(answer=answer_to_offer(kind), answered=self.now, by=by)

    def offer_what_is_free(self) -> list[Offer]:
        """Offer the free seats to those whose turn it is, and tell their managers. Not shortly before the start.

        Call it when everything else that the transaction does to seats is done.
        """
        self.seats = seats_of(self.cohort, today=local_date(self.now))
        expires = new_offer_expires(self.cohort, now=self.now)
        if expires is None:
            return []
        turns = [waiting.enrolment for waiting in self.seats.next_in_turn() if waiting.enrolment]
        waiting = Enrolment.objects.filter(pk__in=turns).select_for_update(of=("self",)).with_people().order_by("pk")
        enrolments = {enrolment.pk: enrolment for enrolment in waiting}
        return [self._offer(enrolments[turn], expires) for turn in turns]

    def _offer(self, enrolment: Enrolment, expires: datetime) -> Offer:
        self.give(enrolment, EnrolmentStatus.OFFERED, kind=EventKind.OFFERED, by=None)
        offer = Offer.objects.create(enrolment=enrolment, made=self.now, expires=expires)
        queue(offer_messages.about_offer(offer_messages.OFFERED, offer, now=self.now))
        return offer


def lock_seats(cohort: Cohort, *, now: datetime) -> LockedSeats:
    """Lock `cohort` and read its seats. Lock the cohort before any of its enrolments.

    Raises TransactionManagementError outside a transaction, and Gone if the cohort has been deleted.
    """
    locked = lock(cohort)
    return LockedSeats(locked, seats_of(locked, today=local_date(now)), now)


def lock_seats_of_each(cohorts: Iterable[Cohort], *, now: datetime) -> dict[UUID, LockedSeats]:
    """Lock several cohorts, by id, always in the order of their ids: so no two actions can wait for each other."""
    by_id = {cohort.pk: cohort for cohort in cohorts}
    return {pk: lock_seats(by_id[pk], now=now) for pk in sorted(by_id)}
