"""What every change of an enrolment begins with: its cohort locked, then itself, and whether it is hers to change."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort
from common.locking import lock
from participants.actions.seats import LockedSeats, lock_seats_of_each
from participants.changing import coordinates
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment


def lock_to_change(
    enrolment: Enrolment, *, by: User, now: datetime, also: Iterable[Cohort] = ()
) -> tuple[Enrolment, dict[UUID, LockedSeats]]:
    """Return `enrolment`, locked after its cohort and those of `also`, and the seats of each by its id.

    Raises EnrolmentRefused unless `by` manages its employer or coordinates its region.
    """
    seats = lock_seats_of_each([enrolment.cohort, *also], now=now)
    locked = lock(enrolment)
    locked.cohort = seats[locked.cohort_id].cohort
    if locked.municipality_id not in by.managed_municipality_ids and not coordinates(by, locked):
        raise EnrolmentRefused(_("Only the employer and the coordinator can change an enrolment."))
    return locked, seats
