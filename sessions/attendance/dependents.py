"""What depends on an enrolment, so that it can't be deleted as a wrong registration. Reads only."""

from datetime import datetime

from accounts.models import User
from common.clock import local_date
from participants.changing import coordinates, registered_on
from participants.choices import EventKind
from participants.models import Enrolment
from participants.rules.changes import Dependents, refusal_to_undo_registration


def refusal_to_undo(enrolment: Enrolment, *, by: User, now: datetime) -> str | None:
    """Why `by` can't undo the registration of `enrolment`, or None."""
    return refusal_to_undo_registration(
        enrolment.status,
        dependents_of(enrolment),
        coordinates=coordinates(by, enrolment),
        registered=registered_on(enrolment),
        today=local_date(now),
    )


def dependents_of(enrolment: Enrolment) -> Dependents:
    """What depends on `enrolment`."""
    return Dependents(
        attended=enrolment.participant.attendances.filter(session__cohort=enrolment.cohort_id).exists(),
        certified=enrolment.certificates.exists(),
        continued=enrolment.continues_id is not None or enrolment.continued_by.exists(),
        transferred=enrolment.events.filter(kind=EventKind.TRANSFERRED).exists(),
    )
