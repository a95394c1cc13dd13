"""A programme of the demo region whose applications are approved, and the inbox that its coordinator finds."""

from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import User
from cohorts.actions import Eligibility, change_eligibility
from cohorts.choices import Effect, Fact
from cohorts.models import Cohort, Programme
from participants.actions import enrol, reject
from participants.actions.approval_setting import set_approval
from participants.choices import Criterion, Degree, EnrolmentStatus
from participants.details import PersonDetails
from participants.models import Enrolment
from participants.rules.approval import Grounds

RULES = {
    Fact.DEGREE: Eligibility(Effect.WARNING),
    Fact.GRADUATED: Eligibility(Effect.WARNING, months=36),
}


def choose_whom_to_admit(programme: Programme, *, by: User, now: datetime) -> None:
    """A month ago: applications are approved, and the degree is asked for."""
    then = now - timedelta(days=30)
    set_approval(programme=programme, needed=True, by=by, now=then)
    for fact, wanted in RULES.items():
        seen = Eligibility.of(programme, fact).fingerprint
        change_eligibility(programme=programme, fact=fact, eligibility=wanted, seen=seen, by=by, now=then)


def apply(cohort: Cohort, person: PersonDetails, *, number: int, by: User, now: datetime) -> None:
    """The sixth has had her degree for long, the tenth has another one: the employer has accepted the warnings."""
    graduated = person.employed_from - timedelta(days=1500 if number == 5 else 40)
    degree = Degree.OTHER if number == 9 else Degree.SOCIAL_WORK
    applicant = replace(person, degree=degree, graduated=graduated, accepts_warnings=True)
    enrol(cohort=cohort, person=applicant, by=by, now=now)


def turn_the_first_down(cohort: Cohort, *, by: User, now: datetime) -> None:
    """Yesterday the oldest application was rejected."""
    first = Enrolment.objects.filter(cohort=cohort, status=EnrolmentStatus.APPLIED).order_by("applied")[:1]
    reject(
        enrolments=list(first),
        reason="Har redan gått en likvärdig kurs.",
        grounds=Grounds((Criterion.OTHER,), "Likvärdig kurs"),
        by=by,
        now=now - timedelta(days=1),
    )
