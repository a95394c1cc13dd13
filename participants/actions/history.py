"""What every step of an enrolment shares: its dated event, its line in the log, and its transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import entry, record_all
from common.locking import lost_to_another
from common.models import BATCH
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, EnrolmentEvent


@contextmanager
def transaction_on_people() -> Iterator[None]:
    """A transaction that changes people or their enrolments: all of it happens, or nothing.

    The lock on the cohort keeps its seats; the constraints of the database keep people who are enrolled in two
    cohorts at the same moment. Raises EnrolmentRefused when they strike, and when this transaction and another wait for
    each other, so that PostgreSQL ends one.
    """
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, OperationalError) as error:
        if isinstance(error, OperationalError) and not lost_to_another(error):
            raise
        raise EnrolmentRefused(_("Someone else is changing the same person right now. Try again.")) from error


def change_status(
    enrolment: Enrolment, status: EnrolmentStatus, *, kind: EventKind, by: User | None, now: datetime, reason: str = ""
) -> None:
    """Save `enrolment` with `status`, and add to its history and to the log what happened.

    A status that holds a seat is given by `participants.actions.seats` alone. `by` is None if the portal did it.
    """
    change_statuses([(enrolment, status)], kind=kind, by=by, now=now, reason=reason)


def change_statuses(
    changes: Sequence[tuple[Enrolment, EnrolmentStatus]],
    *,
    kind: EventKind,
    by: User | None,
    now: datetime,
    reason: str = "",
    nothing_else: bool = False,
) -> None:
    """The same for many enrolments, in a few queries for all that are new; for the others, too, if `nothing_else` than
    the status of any has changed.
    """
    entries = [
        entry(
            f"enrolment.{kind}",
            enrolment,
            by=by,
            now=now,
            scope=enrolment.cohort.region.pk,
            before={"status": enrolment.status},
            after={"status": status, "cohort": enrolment.cohort_id, "municipality": enrolment.municipality_id},
            reason=reason,
        )
        for enrolment, status in changes
    ]
    for enrolment, status in changes:
        enrolment.status = status
    enrolments = [enrolment for enrolment, _status in changes]
    known = [enrolment for enrolment in enrolments if not enrolment._state.adding]
    if nothing_else:
        Enrolment.objects.bulk_update(known, ["status"], batch_size=BATCH)
    else:
        for enrolment in known:
            enrolment.save()
    Enrolment.objects.bulk_create([new for new in enrolments if new._state.adding], batch_size=BATCH)
    steps = [_step(enrolment, kind, status, by, now, reason) for enrolment, status in changes]
    EnrolmentEvent.objects.bulk_create(steps, batch_size=BATCH)
    record_all(entries)


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
    step = _step(enrolment, kind, status, by, now, reason)
    step.save(force_insert=True)
    return step


def _step(
    enrolment: Enrolment, kind: EventKind, status: str, by: User | None, now: datetime, reason: str
) -> EnrolmentEvent:
    return EnrolmentEvent(
        enrolment=enrolment,
        at=now,
        kind=kind,
        status=status,
        municipality_id=enrolment.municipality_id,
        by=by,
        reason=reason,
    )
