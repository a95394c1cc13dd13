"""Who is on a session's register, and what is noted there."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from common.clock import local_date
from participants.choices import TAKING_PART
from participants.models import Enrolment, Participant
from regions.models import Municipality
from sessions.choices import Mark
from sessions.models import Attendance, CohortSession
from sessions.rules.attendance import refusal_to_keep_register


@dataclass(frozen=True)
class Entry:
    """One person on a register; `attendance` is None until she is marked."""

    participant: Participant
    municipality: Municipality
    attendance: Attendance | None

    @property
    def mark(self) -> str:
        """Her mark, empty without one."""
        return self.attendance.mark if self.attendance else ""

    @property
    def minutes(self) -> int | None:
        return self.attendance.minutes if self.attendance else None


def register_of(session: CohortSession) -> list[Entry]:
    """Return those who take part in the session's cohort, and those who were marked before they left it, by name.

    Whoever may keep the register sees all of it: callers find the session through `markable_by`.
    """
    attendances = {
        attendance.participant_id: attendance for attendance in Attendance.objects.valid().filter(session=session)
    }
    enrolments = (
        Enrolment.objects.filter(Q(status__in=TAKING_PART) | Q(participant__in=attendances), cohort=session.cohort_id)
        .select_related("participant", "municipality")
        .in_order_of_name()
    )
    return [
        Entry(enrolment.participant, enrolment.municipality, attendances.get(enrolment.participant_id))
        for enrolment in enrolments
    ]


def why_closed(session: CohortSession, *, now: datetime) -> str | None:
    """Why nobody can be marked at `now`, translated; None while the register is open."""
    return refusal_to_keep_register(session_day=session.day, today=local_date(now), cancelled=session.is_cancelled)


@dataclass(frozen=True)
class Counts:
    """How many have which mark, of how many on the register."""

    total: int
    present: int
    partial: int
    absent: int
    excused: int

    @property
    def marked(self) -> int:
        return self.present + self.partial + self.absent + self.excused

    @property
    def unmarked(self) -> int:
        return self.total - self.marked


def count(entries: list[Entry]) -> Counts:
    """Return the counts of a register."""
    found = Counter(entry.mark for entry in entries)
    return Counts(
        total=len(entries),
        present=found[Mark.PRESENT],
        partial=found[Mark.PARTIAL],
        absent=found[Mark.ABSENT],
        excused=found[Mark.EXCUSED],
    )
