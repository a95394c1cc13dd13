"""Giving a free seat to someone who waits for one."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from common.locking import lock
from messaging.actions import queue
from participants.actions.history import transaction_on_people
from participants.actions.seats import lock_seats
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import enrolments as messages
from participants.models import Enrolment
from participants.rules.enrolment import refusal_to_give_seat


@transaction_on_people()
def give_seat(*, enrolment: Enrolment, by: User, now: datetime, beyond: bool = False, reason: str = "") -> Enrolment:
    """Give the person of a waiting `enrolment` a seat, and tell her manager.

    For coordinators of the region only. The order of the list is theirs to judge. `beyond` gives one also where none is
    left for the municipality, and takes a `reason`. Raises EnrolmentRefused otherwise.
    """
    seats = lock_seats(enrolment.cohort, now=now)
    enrolment = lock(enrolment)
    if seats.cohort.region.pk not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the region's coordinator can give seats."))
    if refusal := refusal_to_give_seat(enrolment.status, beyond=beyond, reason=reason):
        raise EnrolmentRefused(refusal)
    kind = EventKind.SEAT_GIVEN
    seats.give(enrolment, EnrolmentStatus.ENROLLED, kind=kind, by=by, reason=reason, beyond=beyond)
    queue(messages.about_status(enrolment, now=now))
    return enrolment
