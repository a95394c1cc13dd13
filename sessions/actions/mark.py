"""Marking attendance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.locking import lock
from participants.models import Participant
from sessions.choices import Mark, SessionStatus
from sessions.exceptions import AttendanceRefused
from sessions.models import Attendance, CohortSession
from sessions.register import Entry, register_of
from sessions.rules.attendance import refusal_of_mark, refusal_to_keep_register


@dataclass(frozen=True)
class Marking:
    """What is to be noted of one person. `minutes` only with `partial`, and even then optional."""

    mark: Mark
    minutes: int | None = None


def mark(
    *, session: CohortSession, participant: Participant, mark: Mark, by: User, now: datetime, minutes: int | None = None
) -> None:
    """Note that `participant` was present, partly present, absent or excused. The same mark again changes nothing.

    Raises AttendanceRefused with a reason that can be shown.
    """
    mark_register(session=session, markings={participant.pk: Marking(mark, minutes)}, by=by, now=now)


def mark_all_present(*, session: CohortSession, by: User, now: datetime) -> int:
    """Note all who have no mark yet as present; return how many they were. Raises AttendanceRefused."""
    return mark_register(session=session, markings={}, others=Mark.PRESENT, by=by, now=now)


@transaction.atomic
def mark_register(
    *,
    session: CohortSession,
    markings: Mapping[UUID, Marking],
    by: User,
    now: datetime,
    others: Mark | None = None,
) -> int:
    """Note `markings` by participant's id, and `others` for everyone still unmarked; return how many changed.

    All or nothing. The session is locked, so that two people keeping one register don't overwrite each other within
    a save. An older mark may be corrected; the log keeps both. Raises AttendanceRefused.
    """
    session = lock(session)
    if not CohortSession.objects.markable_by(by).filter(pk=session.pk).exists():
        raise AttendanceRefused(_("You can only mark attendance at your own sessions."))
    refusal = refusal_to_keep_register(
        session_day=timezone.localdate(session.starts),
        today=timezone.localdate(now),
        cancelled=session.status == SessionStatus.CANCELLED,
    )
    if refusal:
        raise AttendanceRefused(refusal)
    entries = {entry.participant.pk: entry for entry in register_of(session)}
    for participant, marking in markings.items():
        refusal = refusal_of_mark(
            mark=marking.mark,
            minutes=marking.minutes,
            session_minutes=int((session.ends - session.starts).total_seconds() // 60),
            on_register=participant in entries,
        )
        if refusal:
            raise AttendanceRefused(refusal)
    wanted = dict(markings)
    if others:
        unmarked = (participant for participant, entry in entries.items() if not entry.mark)
        wanted = dict.fromkeys(unmarked, Marking(others)) | wanted
    return sum(_note(session, entries[participant], marking, by=by, now=now) for participant, marking in wanted.items())


def _note(session: CohortSession, entry: Entry, marking: Marking, *, by: User, now: datetime) -> bool:
    """Write one mark unless it stands already; say whether it was written."""
    before = {"mark": entry.mark, "minutes": entry.minutes} if entry.attendance else {}
    after = {"mark": marking.mark.value, "minutes": marking.minutes}
    if before == after:
        return False
    attendance, _created = Attendance.objects.update_or_create(
        session=session,
        participant=entry.participant,
        defaults=after | {"marked_by": by, "marked": now, "voided": None},
    )
    record(
        "attendance.corrected" if before else "attendance.marked",
        attendance,
        by=by,
        now=now,
        scope=session.cohort.programme.region_id,
        before=before,
        after=after,
    )
    return True
