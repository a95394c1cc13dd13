"""Changing a cohort's details and the seats kept for municipalities."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from cohorts.actions.seats import set_seats
from cohorts.models import Cohort
from cohorts.rules import refusal_of_seats
from common.locking import lock
from participants.actions.seats import lock_seats
from participants.models import Enrolment
from sessions.actions.plan_cohort import CohortDetails, refuse_taken_name
from sessions.actions.scope import require_coordinator, require_same_region
from sessions.exceptions import PlanningRefused


@transaction.atomic
def change_cohort(*, cohort: Cohort, details: CohortDetails, by: User, now: datetime) -> Cohort:
    """Replace the cohort's details. Locks it, so that nobody takes a seat that is being taken away.

    Saving what is already so changes nothing. What becomes free is offered to those who wait.
    Raises PlanningRefused as plan_cohort does, and if seats would be taken away that someone has.
    """
    cohort = lock(cohort)
    region = cohort.programme.region_id
    require_coordinator(by, region)
    require_same_region(region, *(place.region_id for place in details.seats))
    # Seats given beyond the capacity don't keep anyone from changing the rest.
    fewer = details.capacity < cohort.capacity
    taken = Enrolment.objects.seated().filter(cohort=cohort).count() if fewer else 0
    if refusal := refusal_of_seats(capacity=details.capacity, allocated=sum(details.seats.values()), taken=taken):
        raise PlanningRefused(refusal)
    refuse_taken_name(cohort.programme, details.name, besides=cohort)
    before = details_of(cohort)
    if before == details:
        return cohort
    for field, value in details.as_fields().items():
        setattr(cohort, field, value)
    cohort.save()
    set_seats(cohort, details.seats)
    record(
        "cohort.changed", cohort, by=by, now=now, scope=region, before=before.as_recorded(), after=details.as_recorded()
    )
    lock_seats(cohort, now=now).offer_what_is_free()
    return cohort


def details_of(cohort: Cohort) -> CohortDetails:
    """The details as they are stored."""
    return CohortDetails(
        name=cohort.name,
        capacity=cohort.capacity,
        applications_open=cohort.applications_open,
        applications_close=cohort.applications_close,
        release_date=cohort.release_date,
        seats={kept.municipality: kept.seats for kept in cohort.seat_allocations.select_related("municipality")},
        evaluation_url=cohort.evaluation_url,
    )
