"""People who have earned their certificate, or nearly."""

from datetime import timedelta
from typing import Any

from certificates import actions
from certificates.models import Certificate
from cohorts.models import Cohort
from participants.models import Enrolment
from sessions.choices import Mark
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    ParticipantFactory,
    ProgrammeFactory,
    coordinator,
)


def finished_cohort(**fields: Any) -> Cohort:
    """A cohort of a programme with two modules, both held and both required."""
    programme = fields.pop("programme", None) or ProgrammeFactory(modules=2)
    return CohortFactory(programme=programme, sessions=TODAY - timedelta(weeks=8), **fields)


def qualified(cohort: Cohort, **fields: Any) -> Enrolment:
    """Someone in `cohort` who has attended everything, with a log-in of her own."""
    participant = ParticipantFactory(region=cohort.region, with_login=True)
    enrolment = EnrolmentFactory(cohort=cohort, participant=participant, **fields)
    for session in cohort.sessions.all():
        AttendanceFactory(session=session, participant=participant)
    return enrolment


def unqualified(cohort: Cohort, **fields: Any) -> Enrolment:
    """Someone in `cohort` who has missed the last module."""
    enrolment = qualified(cohort, **fields)
    attendance = enrolment.participant.attendances.latest("session__starts")
    attendance.mark = Mark.ABSENT
    attendance.save()
    return enrolment


def issued(enrolment: Enrolment, *, rendered: bool = True) -> Certificate:
    """The certificate of someone who qualifies, with its PDF unless `rendered` is False."""
    certificate = actions.issue(enrolment=enrolment, by=coordinator(enrolment.cohort.region), now=NOW)
    if rendered:
        actions.render(certificate_id=certificate.pk, now=NOW)
    certificate.refresh_from_db()
    return certificate
