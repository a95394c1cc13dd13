"""Undoing a withdrawal or a deferral shortly after."""

from datetime import datetime

from accounts.models import User
from messaging.actions import queue
from participants.actions.changing import lock_to_change
from participants.actions.history import transaction_on_people
from participants.actions.people import lock_people
from participants.changing import refusal_to_undo, status_before
from participants.choices import SEATED, EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import enrolments as messages
from participants.models import Enrolment


def undo_leaving(*, enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """Take up an enrolment again that was withdrawn or deferred within the last day, as it was before.

    Who had a seat has it again if it is still free; who was offered one waits again, and may be offered one at once.
    The manager is told. For coordinators of the region and managers of the municipality. Raises EnrolmentRefused.
    """
    with transaction_on_people():
        enrolment, seats = lock_to_change(enrolment, by=by, now=now)
        lock_people([enrolment.participant_id])
        cohort_seats = seats[enrolment.cohort_id]
        if refusal := refusal_to_undo(enrolment, now=now):
            raise EnrolmentRefused(refusal)
        status, kind = status_before(enrolment), EventKind.RESTORED
        if status in SEATED:
            cohort_seats.give(enrolment, status, kind=kind, by=by)
        else:
            cohort_seats.give_back(enrolment, status, kind=kind, by=by)
        queue(messages.about_status(enrolment, now=now))
        cohort_seats.offer_what_is_free()
        return enrolment
