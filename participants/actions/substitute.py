"""Letting someone else take over a seat before the first session."""

from datetime import datetime

from accounts.models import User
from common.clock import local_date
from messaging.actions import queue
from participants.actions.changing import lock_to_change
from participants.actions.enrol import check_employments, prepare_all, status_of
from participants.actions.history import transaction_on_people
from participants.assessment import assess_substitute
from participants.changing import first_day
from participants.choices import EnrolmentStatus, EventKind
from participants.details import PersonDetails
from participants.exceptions import EnrolmentRefused
from participants.messages import changes as change_messages
from participants.models import Enrolment
from participants.rules.changes import refusal_to_substitute


def substitute(*, enrolment: Enrolment, person: PersonDetails, by: User, now: datetime, reason: str = "") -> Enrolment:
    """Let `person`, of the same municipality, have the seat of `enrolment`, and return hers.

    The cohort is locked until both have changed: nobody who waits comes in between. The manager is told, both
    participants are by whoever asks them to come. For coordinators of the region and managers of the municipality.
    Raises EnrolmentRefused with a reason that can be shown.
    """
    with transaction_on_people():
        left, seats = lock_to_change(enrolment, by=by, now=now)
        starts = first_day(left.cohort, now=now)
        if refusal := refusal_to_substitute(left.status, starts=starts, today=local_date(now)):
            raise EnrolmentRefused(refusal)
        assessment = assess_substitute(left, person, by=by, now=now)
        status = status_of(assessment)
        cohort_seats = seats[left.cohort_id]
        cohort_seats.give_back(left, EnrolmentStatus.WITHDRAWN, kind=EventKind.SUBSTITUTED, by=by, reason=reason)
        [taken_over] = prepare_all([(assessment, now)], seats=cohort_seats, by=by)
        taken_over.continues = left
        taken_over.manager = taken_over.manager or left.manager
        # Her seat it is, also where the cohort has more people than seats.
        cohort_seats.give(taken_over, status, kind=EventKind.TOOK_OVER, by=by, beyond=True)
        check_employments([assessment], [taken_over])
        queue(change_messages.about_substitute(taken_over, now=now))
        return taken_over
