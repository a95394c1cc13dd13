"""A seat of the demo region that someone has left, offered to who waits, as two managers would have done it."""

from datetime import datetime

from accounts.models import User
from cohorts.models import Cohort
from participants.actions import withdraw
from participants.choices import EnrolmentStatus
from participants.models import Enrolment


def leave_two_seats(cohort: Cohort, *, by: User, now: datetime) -> None:
    """Of those that `by` has enrolled: the one is offered to her who waits, the other is free."""
    mine = Enrolment.objects.filter(cohort=cohort, manager=by, status=EnrolmentStatus.ENROLLED)
    for leaver, reason in zip(mine.order_by("applied")[:2], ("Har slutat.", "Börjar i höst i stället."), strict=True):
        withdraw(enrolment=leaver, by=by, now=now, reason=reason)
