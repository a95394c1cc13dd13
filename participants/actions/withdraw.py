"""Withdrawing an enrolment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.locking import lock
from messaging.actions import queue
from participants import messages
from participants.actions.seats import lock_seats
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment
from participants.rules.enrolment import refusal_to_withdraw


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, now: datetime, reason: str = "") -> Enrolment:
    """End `enrolment`: its seat is offered to the next who waits, what has been attended stays.

    Her manager is told; she herself is by whoever asked her to come. For coordinators of the region and managers of the
    municipality. Raises EnrolmentRefused if it has ended already.
    """
    seats = lock_seats(enrolment.cohort, now=now)
    enrolment = lock(enrolment)
    mine = enrolment.municipality_id in by.managed_municipality_ids
    if not mine and seats.cohort.region.pk not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the employer and the coordinator can withdraw an enrolment."))
    if refusal := refusal_to_withdraw(enrolment.status):
        raise EnrolmentRefused(refusal)
    seats.give_back(enrolment, EnrolmentStatus.WITHDRAWN, kind=EventKind.WITHDRAWN, by=by, reason=reason)
    queue(messages.about_status(enrolment, now=now))
    seats.offer_what_is_free()
    return enrolment
