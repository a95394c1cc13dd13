"""Withdrawing an enrolment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.locking import lock
from messaging.actions import queue
from participants import messages
from participants.actions.history import change_status
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment
from participants.rules.enrolment import refusal_to_withdraw


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, now: datetime, reason: str = "") -> Enrolment:
    """End `enrolment`: its seat is free again, what has been attended stays.

    Her manager is told; she herself is by whoever asked her to come. For coordinators of the region and managers of the
    municipality. Raises EnrolmentRefused if it has ended already.
    """
    cohort = lock(enrolment.cohort)
    enrolment = lock(enrolment)
    mine = enrolment.municipality_id in by.managed_municipality_ids
    if not mine and cohort.region.pk not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the employer and the coordinator can withdraw an enrolment."))
    if refusal := refusal_to_withdraw(enrolment.status):
        raise EnrolmentRefused(refusal)
    change_status(enrolment, EnrolmentStatus.WITHDRAWN, action="enrolment.withdrawn", by=by, now=now, reason=reason)
    queue(messages.about_status(enrolment, now=now))
    return enrolment
