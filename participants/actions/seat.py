"""Giving a free seat to someone who waits for one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.locking import lock
from messaging.actions import queue
from participants import messages
from participants.actions.history import change_status
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment
from participants.rules.enrolment import refusal_to_give_seat
from participants.seating import seats_of


@transaction.atomic
def give_seat(*, enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """Give the person of a waiting `enrolment` a seat, and tell her manager.

    For coordinators of the region only. The order of the list is theirs to judge, its capacity is not: raises
    EnrolmentRefused if no seat is free for the municipality.
    """
    cohort = lock(enrolment.cohort)
    enrolment = lock(enrolment)
    if cohort.region.pk not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the region's coordinator can give seats."))
    seats = seats_of(cohort, today=timezone.localdate(now))
    available = seats.available_to(enrolment.municipality_id)
    if refusal := refusal_to_give_seat(enrolment.status, available=available, free=seats.free):
        raise EnrolmentRefused(refusal)
    change_status(enrolment, EnrolmentStatus.ENROLLED, action="enrolment.seat_given", by=by, now=now)
    queue(messages.about_status(enrolment, now=now))
    return enrolment
