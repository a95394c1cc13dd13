"""Carrying out a confirmed list: all of it or nothing, by a worker who may be killed at any moment."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from audit.actions import record
from common.faults import crash_point
from common.locking import lock
from messaging.actions import queue
from participants.actions.enrol import place_all
from participants.actions.history import transaction_on_people
from participants.actions.imports.confirm import check_plan
from participants.actions.seats import LockedSeats, lock_seats
from participants.assessment import Assessment
from participants.exceptions import EnrolmentRefused
from participants.importing import progress
from participants.importing.plan import Plan, plan_of
from participants.messages import enrolments as messages
from participants.models import Import

TRIES = 3
PEOPLE_AT_ONCE = 250


@transaction.atomic
def claim_import(*, besides: Collection[UUID] = (), now: datetime) -> Import | None:
    """The import that has waited longest for a worker and isn't another's, `besides` those; None if there is none.

    Each claim counts as a try, before it is made: a list at which workers die is opened again after three, with what
    to do about it, rather than killing them for ever.
    """
    waiting = Import.objects.under_way().exclude(pk__in=besides).order_by("requested", "id")
    claimed = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if claimed is None:
        return None
    if claimed.tries >= TRIES:
        _open_again(claimed, _("The list could not be enrolled. Try again later, or ask the coordinator."), now=now)
    else:
        claimed.tries += 1
        claimed.save(update_fields=["tries"])
    return claimed


def carry_out_import(*, upload: Import, now: datetime) -> Import:
    """Enrol everyone whom the preview promised to enrol: all of them or none. Doing it again changes nothing.

    It is judged by the moment at which its owner confirmed it: that a worker came late is not her fault. Who has lost
    her role meanwhile enrols nobody. If the list would now have another result, it is open again with the reason.
    """
    try:
        return _carry_out(upload, now=now)
    except EnrolmentRefused as refused:
        with transaction.atomic():
            upload = lock(upload)
            if upload.is_under_way:
                _open_again(upload, refused.reason, now=now)
            return upload


def _carry_out(upload: Import, *, now: datetime) -> Import:
    with transaction_on_people():
        upload = lock(upload)  # first of all: while it waits for its cohort, no other worker claims it
        if upload.requested is None or upload.confirmed:
            return upload
        seats = lock_seats(upload.cohort, now=now)
        upload.cohort, by = seats.cohort, upload.uploaded_by
        if not by.may(Permission.ENROL):
            raise EnrolmentRefused(_("You may no longer enrol people."))
        plan = plan_of(upload, by=by, now=upload.requested)
        check_plan(plan, seen=upload.seen, accepts_warnings=upload.accepts_warnings)
        done = 0
        for turns in _batches(_in_turn(plan, accepts_warnings=upload.accepts_warnings, now=now)):
            _enrol(turns, seats=seats, by=by)
            done += len(turns)
            progress.tell(upload.pk, done)
            crash_point("in the middle of an import")
        upload.confirmed, upload.sheet = now, {}
        upload.result = {**plan.counts, "enrolled": plan.with_seat, "waiting": plan.waiting}
        upload.save(update_fields=["confirmed", "sheet", "result"])
        record("import.confirmed", upload, by=by, now=now, scope=seats.cohort.region.pk, after=upload.result)
        queue([messages.about_import(upload, now=now)])
        crash_point("at the end of an import")
        return upload


def _in_turn(plan: Plan, *, accepts_warnings: bool, now: datetime) -> list[tuple[Assessment, datetime]]:
    """Who is to be enrolled, and when she is said to have applied.

    A microsecond apart, so that the waiting list keeps the order of the list; stored in the order of their addresses,
    so that two lists of the same people can't wait for each other.
    """
    turns = [
        (
            replace(row.assessment, person=replace(row.assessment.person, accepts_warnings=accepts_warnings)),
            now + timedelta(microseconds=order),
        )
        for order, row in enumerate(plan.to_enrol)
        if row.assessment
    ]
    return sorted(turns, key=lambda turn: turn[0].person.address)


def _batches(turns: Sequence[tuple[Assessment, datetime]]) -> list[Sequence[tuple[Assessment, datetime]]]:
    return [turns[first : first + PEOPLE_AT_ONCE] for first in range(0, len(turns), PEOPLE_AT_ONCE)]


def _enrol(turns: Sequence[tuple[Assessment, datetime]], *, seats: LockedSeats, by: User) -> None:
    enrolments = place_all(turns, seats=seats, by=by)
    # Of a coordinator's list the employers hear now.
    queue(messages.about_statuses([one for one in enrolments if one.manager is None], now=seats.now))


def _open_again(upload: Import, reason: str, *, now: datetime) -> None:
    """Let its owner look through it again, and tell her so: she may have left the page."""
    upload.requested, upload.refusal = None, reason[:500]
    upload.save(update_fields=["requested", "refusal"])
    queue([messages.about_refused_import(upload, now=now)])
