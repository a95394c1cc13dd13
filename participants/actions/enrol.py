"""Enrolling one person. The import enrols all of its rows in the same way."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort
from messaging.actions import queue
from participants.actions.history import transaction_on_people
from participants.actions.people import lock_found
from participants.actions.register import register_all
from participants.actions.seats import LockedSeats, lock_seats
from participants.assessment import Assessment, assess
from participants.choices import EnrolmentStatus, EventKind
from participants.details import PersonDetails
from participants.exceptions import EnrolmentRefused, OutcomeChanged
from participants.messages import enrolments as messages
from participants.models import Employment, Enrolment
from participants.references import new_reference


def enrol(*, cohort: Cohort, person: PersonDetails, by: User, now: datetime, seen: str = "") -> Enrolment:
    """Give `person` a seat in `cohort`, or a place on its waiting list if none is left for her municipality.

    Where the programme's applications are approved, hers waits for the coordinator instead. Locks the cohort row, so
    that capacity and municipal seats hold under any concurrency. Finds her by e-mail address or registers her, with
    her employment and a login. A withdrawn enrolment in the cohort is taken up again.
    `seen` is the fingerprint of the assessment that `by` has seen and confirmed: raises OutcomeChanged if it would be
    another now. Raises EnrolmentRefused with a reason that can be shown.
    """
    with transaction_on_people():
        seats = lock_seats(cohort, now=now)
        [assessment] = assess(seats.cohort, [person], by=by, now=now, seats=seats.seats)
        if seen and assessment.status and assessment.fingerprint != seen:
            raise OutcomeChanged(_("Something has changed since you opened the page. Look at it again."))
        enrolment = place(assessment, seats=seats, applied=now, by=by)
        queue(messages.about_status(enrolment, now=now))
        return enrolment


def place(assessment: Assessment, *, seats: LockedSeats, applied: datetime, by: User) -> Enrolment:
    """Store what `assessment` decided while the cohort was locked, and tell no one yet.

    `applied` decides the order of the waiting list. Raises EnrolmentRefused if that is what was decided, and if the
    rules of eligibility warn about something that the employer hasn't accepted, or if it isn't said whether she is
    one of those who bear her name.
    """
    [enrolment] = place_all([(assessment, applied)], seats=seats, by=by)
    return enrolment


def place_all(turns: Sequence[tuple[Assessment, datetime]], *, seats: LockedSeats, by: User) -> list[Enrolment]:
    """The same for many people, each of them once, in a number of queries that doesn't grow with theirs."""
    statuses = [status_of(assessment) for assessment, _applied in turns]
    enrolments = prepare_all(turns, seats=seats, by=by)
    seats.place(list(zip(enrolments, statuses, strict=True)), kind=EventKind.APPLIED, by=by)
    check_employments([assessment for assessment, _applied in turns], enrolments)
    return enrolments


def prepare_all(turns: Sequence[tuple[Assessment, datetime]], *, seats: LockedSeats, by: User) -> list[Enrolment]:
    """Register people, and return their enrolments with what their employers stated: without a status, not stored."""
    cohort = seats.cohort
    people = [(assessment.person, assessment.record) for assessment, _applied in turns]
    lock_found(record.found for _person, record in people if record.found)
    registered = register_all(people, region=cohort.region, by=by, now=seats.now)
    enrolments = []
    for (assessment, applied), (participant, employment) in zip(turns, registered, strict=True):
        person = assessment.person
        enrolment = assessment.record.enrolment_in(cohort) or Enrolment(
            participant=participant, cohort=cohort, programme=cohort.programme, reference=new_reference()
        )
        enrolment.employment = employment
        enrolment.municipality = person.municipality  # the employment's: another's is refused
        enrolment.manager = by if person.municipality.pk in by.managed_municipality_ids else None
        enrolment.applied = applied
        enrolment.continues = None
        enrolment.degree, enrolment.graduated = person.degree, person.graduated
        enrolment.prior_courses, enrolment.warnings = person.prior_courses, list(assessment.warnings)
        enrolments.append(enrolment)
    return enrolments


def check_employments(assessments: Sequence[Assessment], enrolments: Sequence[Enrolment]) -> None:
    """Raise EnrolmentRefused if an employment isn't as it was read: a change of employer or a merge ends, or moves, it.

    Those who were known have been locked since, as a change of employer does: one that comes later sees the enrolments.
    """
    known = [one for one, who in zip(enrolments, assessments, strict=True) if who.record.participant]
    held = Employment.objects.filter(pk__in=[one.employment_id for one in known])
    stands = set(held.values_list("pk", "participant", "ends"))
    if any((one.employment_id, one.participant_id, one.employment.ends) not in stands for one in known):
        raise EnrolmentRefused(_("Someone else is changing the same person right now. Try again."))


def status_of(assessment: Assessment) -> EnrolmentStatus:
    """What she is to become. Raises EnrolmentRefused."""
    if assessment.status is None:
        raise EnrolmentRefused(assessment.refusal or "")
    if assessment.is_undecided:
        raise EnrolmentRefused(_("Say first whether this is someone who is registered already."))
    if assessment.warnings and not assessment.person.accepts_warnings:
        raise EnrolmentRefused(" ".join(assessment.warnings))
    return assessment.status
