"""Answering the offer of a seat, and taking one back."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from messaging.actions import queue
from participants.actions.changing import lock_to_change
from participants.actions.history import transaction_on_people
from participants.changing import coordinates
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import enrolments as messages
from participants.messages import offers as offer_messages
from participants.models import Enrolment
from participants.offering import open_offer_of
from participants.rules.seats import refusal_to_accept, refusal_to_decline


@transaction_on_people()
def accept_offer(*, enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """Take the seat that is offered, and confirm it to her managers.

    For managers of the municipality and coordinators of the region. Raises EnrolmentRefused otherwise, if there is no
    offer any more, and if its time has run out, whether or not anything has noticed that yet.
    """
    enrolment, seats = lock_to_change(enrolment, by=by, now=now)
    offer = open_offer_of(enrolment)
    if refusal := refusal_to_accept(enrolment.status, expires=offer.expires if offer else None, now=now):
        raise EnrolmentRefused(refusal)
    seats[enrolment.cohort_id].give(enrolment, EnrolmentStatus.ENROLLED, kind=EventKind.ACCEPTED, by=by)
    queue(messages.about_status(enrolment, now=now))
    return enrolment


@transaction_on_people()
def decline_offer(*, enrolment: Enrolment, by: User, now: datetime, reason: str = "") -> Enrolment:
    """Say no to the seat that is offered: it goes to the next who waits, and this enrolment ends.

    For managers of the municipality and coordinators of the region. Raises EnrolmentRefused otherwise, and if there is
    no offer any more.
    """
    enrolment, seats = lock_to_change(enrolment, by=by, now=now)
    if refusal := refusal_to_decline(enrolment.status):
        raise EnrolmentRefused(refusal)
    offer = open_offer_of(enrolment)
    cohort_seats = seats[enrolment.cohort_id]
    cohort_seats.give_back(enrolment, EnrolmentStatus.DECLINED, kind=EventKind.DECLINED, by=by, reason=reason)
    if offer:
        queue(offer_messages.about_offer(offer_messages.DECLINED, offer, now=now))
    cohort_seats.offer_what_is_free()
    return enrolment


@transaction_on_people()
def take_back_offer(*, enrolment: Enrolment, by: User, now: datetime, reason: str) -> Enrolment:
    """Put who is offered a seat back on the waiting list, where she keeps her turn but is passed over by offers.

    The seat goes to the next. For coordinators of the region, with a `reason`. Raises EnrolmentRefused otherwise.
    """
    enrolment, seats = lock_to_change(enrolment, by=by, now=now)
    if not coordinates(by, enrolment):
        raise EnrolmentRefused(_("Only the region's coordinator takes offers back."))
    if refusal := refusal_to_decline(enrolment.status):
        raise EnrolmentRefused(refusal)
    if not reason.strip():
        raise EnrolmentRefused(_("State a reason: the manager is told that the offer no longer holds."))
    offer = open_offer_of(enrolment)
    cohort_seats = seats[enrolment.cohort_id]
    cohort_seats.give_back(enrolment, EnrolmentStatus.WAITING, kind=EventKind.OFFER_TAKEN_BACK, by=by, reason=reason)
    if offer:
        queue(offer_messages.about_offer(offer_messages.TAKEN_BACK, offer, now=now))
    cohort_seats.offer_what_is_free()
    return enrolment
