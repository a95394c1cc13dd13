"""Marking attendance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.locking import lock
from sessions.attendance.register import Entry, register_of, why_closed
from sessions.choices import Mark
from sessions.exceptions import AttendanceRefused
from sessions.models import Attendance, CohortSession
from sessions.rules.attendance import refusal_of_mark


@dataclass(frozen=True)
class Marking:
    """What is to be noted of one person. `minutes` only with `partial`, and even then optional."""

    mark: Mark
    minutes: int | None = None


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
    a save. An older mark may be corrected; the log keeps both. What stands already is not written again.
    Raises AttendanceRefused with a reason that can be shown.
    """
    session = lock(session)
    if not CohortSession.objects.markable_by(by).filter(pk=session.pk).exists():
        raise AttendanceRefused(_("You can only mark attendance at your own sessions."))
    if refusal := why_closed(session, now=now):
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
    voided = {attendance.participant_id: attendance for attendance in session.attendances.exclude(voided=None)}
    return sum(
        _note(entries[participant], marking, voided.get(participant), session=session, by=by, now=now)
        for participant, marking in wanted.items()
    )


def _note(
    entry: Entry, marking: Marking, voided: Attendance | None, *, session: CohortSession, by: User, now: datetime
) -> bool:
    """Write one mark unless it stands already, over the `voided` one if there is one; say whether it was written."""
    before = {"mark": entry.mark, "minutes": entry.minutes} if entry.attendance else {}
    after = {"mark": marking.mark.value, "minutes": marking.minutes}
    if before == after:
        return False
    attendance = entry.attendance or voided or Attendance(session=session, participant=entry.participant)
    attendance.mark, attendance.minutes = marking.mark, marking.minutes
    attendance.marked_by, attendance.marked, attendance.voided = by, now, None
    attendance.save()
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
