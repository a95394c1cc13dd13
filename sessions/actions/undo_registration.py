"""Undoing a wrong registration, as if it had never been."""

from datetime import datetime
from uuid import UUID

from django.db.models import ProtectedError

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.actions import record
from common.locking import lock
from messaging.actions import queue
from participants.actions.changing import lock_to_change
from participants.actions.history import transaction_on_people
from participants.exceptions import EnrolmentRefused
from participants.models import Employment, Enrolment, Participant
from sessions.attendance.dependents import refusal_to_undo
from sessions.attendance.following import lock_registers
from sessions.messages import mistake


@transaction_on_people()
def undo_registration(*, enrolment: Enrolment, by: User, now: datetime) -> None:
    """Delete `enrolment`, and the employment, person and log-in that it brought if nothing else needs them.

    Who has been welcomed is told that it was a mistake. The log keeps that it happened, by ids alone; messages that
    were sent stay on record. For managers of the municipality on the same day, for coordinators of the region later
    too. Raises EnrolmentRefused if something depends on it.
    """
    enrolment, seats = lock_to_change(enrolment, by=by, now=now)
    lock_registers([enrolment.cohort_id])
    participant = lock(enrolment.participant)
    if refusal := refusal_to_undo(enrolment, by=by, now=now):
        raise EnrolmentRefused(refusal)
    employment = enrolment.employment
    queue(mistake.about(enrolment, now=now))
    scope = enrolment.cohort.region.pk
    record("enrolment.undone", enrolment, by=by, now=now, scope=scope, before={"status": enrolment.status})
    enrolment.delete()
    # What she attended elsewhere since then rests on it: an employer sees her own time.
    if not participant.attendances.filter(session__starts__date__gte=employment.starts).exists():
        _delete(employment, by=by, now=now, scope=scope)
    _delete_person(participant, by=by, now=now)
    seats[enrolment.cohort_id].offer_what_is_free()


def _delete_person(participant: Participant, *, by: User, now: datetime) -> None:
    """Delete `participant`, and a log-in that she never used, unless something else is known of her."""
    if participant.enrolments.exists() or participant.attendances.exists():
        return
    user, region = participant.user, participant.region_id
    if not _delete(participant, by=by, now=now, scope=region) or user is None:
        return
    RoleAssignment.objects.filter(user=user, role=Role.PARTICIPANT, region=region).delete()
    if user.last_login is None and not user.role_assignments.exists():
        _delete(user, by=by, now=now, scope=region)


def _delete(row: Employment | Participant | User, *, by: User, now: datetime, scope: UUID) -> bool:
    """Delete `row` and log it, unless something that must be kept refers to it."""
    key = row.pk
    try:
        row.delete()
    except ProtectedError:
        return False
    row.pk = key
    record(f"{row._meta.model_name}.deleted", row, by=by, now=now, scope=scope)
    return True
