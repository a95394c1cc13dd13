"""Withdrawing an enrolment."""

from datetime import datetime

from accounts.models import User
from messaging.actions import queue
from participants.actions.changing import lock_to_change
from participants.actions.history import transaction_on_people
from participants.changing import withdrawal_is_late
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import enrolments as messages
from participants.models import Enrolment
from participants.rules.changes import refusal_to_withdraw


@transaction_on_people()
def withdraw(*, enrolment: Enrolment, by: User, now: datetime, reason: str = "") -> Enrolment:
    """End `enrolment`: its seat is offered to the next who waits, an open offer is declined by it, attendance stays.

    Her manager is told; she herself is by whoever asked her to come. Shortly before the start it takes a `reason`. For
    coordinators of the region and managers of the municipality. Raises EnrolmentRefused if it has ended already.
    """
    enrolment, seats = lock_to_change(enrolment, by=by, now=now)
    late = withdrawal_is_late(enrolment, now=now)
    if refusal := refusal_to_withdraw(enrolment.status, late=late, reason=reason):
        raise EnrolmentRefused(refusal)
    kind = EventKind.WITHDRAWN_LATE if late else EventKind.WITHDRAWN
    cohort_seats = seats[enrolment.cohort_id]
    cohort_seats.give_back(enrolment, EnrolmentStatus.WITHDRAWN, kind=kind, by=by, reason=reason)
    queue(messages.about_status(enrolment, now=now))
    cohort_seats.offer_what_is_free()
    return enrolment
