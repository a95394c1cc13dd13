"""What every step of an enrolment shares: its dated event, its line in the log, and its transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, EnrolmentEvent


@contextmanager
def transaction_on_people() -> Iterator[None]:
    """A transaction that registers people.

    The lock on the cohort keeps its seats; the constraints of the database keep people who are enrolled in two
    cohorts at the same moment. Raises EnrolmentRefused when they strike.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise EnrolmentRefused(_("Someone else is registering the same person right now. Try again.")) from error


def change_status(
    enrolment: Enrolment, status: EnrolmentStatus, *, kind: EventKind, by: User | None, now: datetime, reason: str = ""
) -> None:
    """Save `enrolment` with `status`, and add to its history and to the log what happened.

    A status that holds a seat is given by `participants.actions.seats` alone. `by` is None if the portal did it.
    """
    before = {"status": enrolment.status}
    enrolment.status = status
    enrolment.save()
    add_to_history(enrolment, kind, status=status, by=by, now=now, reason=reason)
    record(
        f"enrolment.{kind}",
        enrolment,
        by=by,
        now=now,
        scope=enrolment.cohort.region.pk,
        before=before,
        after={"status": status, "cohort": enrolment.cohort_id, "municipality": enrolment.municipality_id},
        reason=reason,
    )


def add_to_history(
    enrolment: Enrolment,
    kind: EventKind,
    *,
    by: User | None,
    now: datetime,
    status: EnrolmentStatus | str = "",
    reason: str = "",
) -> EnrolmentEvent:
    """Add a step to the history of `enrolment`, for the employer that it has now. Writes nothing to the log."""
    return EnrolmentEvent.objects.create(
        enrolment=enrolment,
        at=now,
        kind=kind,
        status=status,
        municipality_id=enrolment.municipality_id,
        by=by,
        reason=reason,
    )
