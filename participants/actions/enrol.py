"""Enrolling one person. The import enrols each of its rows in the same way."""

from datetime import datetime

from accounts.models import User
from cohorts.models import Cohort
from common.locking import lock
from messaging.actions import queue
from participants import messages
from participants.actions.history import change_status, transaction_on_people
from participants.actions.register import register
from participants.assessment import Assessment, assess
from participants.details import PersonDetails
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment
from participants.references import new_reference


def enrol(*, cohort: Cohort, person: PersonDetails, by: User, now: datetime) -> Enrolment:
    """Give `person` a seat in `cohort`, or a place on its waiting list if none is left for her municipality.

    Locks the cohort row, so that capacity and municipal seats hold under any concurrency. Finds her by e-mail address
    or registers her, with her employment and a login. A withdrawn enrolment in the cohort is taken up again.
    Raises EnrolmentRefused with a reason that can be shown.
    """
    with transaction_on_people():
        cohort = lock(cohort)
        [assessment] = assess(cohort, [person], by=by, now=now)
        enrolment = place(assessment, cohort=cohort, applied=now, by=by, now=now)
        queue(messages.about_status(enrolment, now=now))
        return enrolment


def place(assessment: Assessment, *, cohort: Cohort, applied: datetime, by: User, now: datetime) -> Enrolment:
    """Store what `assessment` decided while `cohort` was locked, and tell no one yet.

    `applied` decides the order of the waiting list. Raises EnrolmentRefused if that is what was decided.
    """
    if assessment.status is None:
        raise EnrolmentRefused(assessment.refusal or "")
    participant, employment = register(assessment.person, assessment.record, region=cohort.region, by=by, now=now)
    enrolment = assessment.record.enrolment_in(cohort) or Enrolment(
        participant=participant, cohort=cohort, programme=cohort.programme, reference=_unused_reference()
    )
    enrolment.employment = employment
    enrolment.municipality = employment.municipality
    enrolment.manager = by if employment.municipality_id in by.managed_municipality_ids else None
    enrolment.applied = applied
    change_status(enrolment, assessment.status, action="enrolment.applied", by=by, now=now)
    return enrolment


def _unused_reference() -> str:
    reference = new_reference()
    while Enrolment.objects.filter(reference=reference).exists():
        reference = new_reference()
    return reference
