"""Undoing a withdrawal or a deferral shortly after."""

from datetime import datetime

from accounts.models import User
from messaging.actions import queue
from participants.actions.changing import goes_on_elsewhere, has_changed_employer, lock_to_change
from participants.actions.history import transaction_on_people
from participants.actions.people import lock_people
from participants.choices import SEATED, EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import enrolments as messages
from participants.models import Enrolment
from participants.rules.changes import refusal_to_undo_leaving
from participants.rules.seats import Seats

UNDOABLE = (EventKind.WITHDRAWN, EventKind.WITHDRAWN_LATE, EventKind.DEFERRED)


def undo_leaving(*, enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """Take up an enrolment again that was withdrawn or deferred within the last day, as it was before.

    Who had a seat has it again if it is still free; who was offered one waits again, and may be offered one at once.
    The manager is told. For coordinators of the region and managers of the municipality. Raises EnrolmentRefused.
    """
    with transaction_on_people():
        enrolment, seats = lock_to_change(enrolment, by=by, now=now)
        lock_people([enrolment.participant_id])
        cohort_seats = seats[enrolment.cohort_id]
        if refusal := refusal_to_undo(enrolment, cohort_seats.seats, now=now):
            raise EnrolmentRefused(refusal)
        status = _status_before(enrolment)
        kind = EventKind.RESTORED
        if status in SEATED:
            cohort_seats.give(enrolment, status, kind=kind, by=by)
        else:
            cohort_seats.give_back(enrolment, status, kind=kind, by=by)
        queue(messages.about_status(enrolment, now=now))
        cohort_seats.offer_what_is_free()
        return enrolment


def refusal_to_undo(enrolment: Enrolment, seats: Seats, *, now: datetime) -> str | None:
    """Why leaving can't be undone, or None; `seats` are those of its cohort.

    Binding only while the cohort and the person are locked.
    """
    last = enrolment.events.exclude(status="").order_by("-at", "-created").first()
    status = _status_before(enrolment)
    return refusal_to_undo_leaving(
        enrolment.status,
        left=last.at if last and last.kind in UNDOABLE else None,
        now=now,
        goes_on=goes_on_elsewhere(enrolment),
        moved=has_changed_employer(enrolment, now=now),
        seat=status not in SEATED or seats.available_to(enrolment.municipality_id) > 0,
    )


def _status_before(enrolment: Enrolment) -> EnrolmentStatus:
    """What the enrolment was before its last change. An offer was taken back: she waited for it."""
    statuses = enrolment.events.exclude(status="").order_by("-at", "-created").values_list("status", flat=True)
    before = EnrolmentStatus(next(iter(statuses[1:2]), EnrolmentStatus.WAITING))
    return EnrolmentStatus.WAITING if before == EnrolmentStatus.OFFERED else before
