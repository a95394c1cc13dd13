"""What every change of an enrolment begins with: its cohort locked, then itself, and whether it is hers to change."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort
from common.clock import local_date
from common.locking import lock
from participants.actions.seats import LockedSeats, lock_seats_of_each
from participants.assessment import opening_of
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


def coordinates(user: User, enrolment: Enrolment) -> bool:
    """Whether `user` is a coordinator of the region that the enrolment is in."""
    return enrolment.cohort.region.pk in user.coordinated_region_ids


def first_day(cohort: Cohort, *, now: datetime) -> date | None:
    """The local day of its first session, if one is planned."""
    return opening_of(cohort, now=now).starts


def has_changed_employer(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether the employment of an `enrolment` that has ended is over. Binding only while its person is locked."""
    ends = enrolment.employment.ends
    return ends is not None and ends < local_date(now)


def goes_on_elsewhere(enrolment: Enrolment) -> bool:
    """Whether the person takes part in, waits for or has completed the programme by another enrolment."""
    others = Enrolment.objects.going_on().exclude(pk=enrolment.pk)
    return others.filter(participant=enrolment.participant_id, programme=enrolment.programme_id).exists()
