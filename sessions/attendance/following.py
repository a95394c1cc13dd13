"""How marks and subscriptions follow a person who turns out to be registered twice."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from participants.duplicates.belongings import Belonging, Change
from participants.models import Enrolment, Merge, Participant
from sessions.choices import EARNING
from sessions.models import Attendance, CalendarFeed, CohortSession
from sessions.rules.attendance import weight_of_mark


def _marks(kept: Participant, other: Participant, now: datetime) -> Iterator[Change]:
    """A mark follows; of two for one session the stronger counts, and the other's is voided."""
    rows = Attendance.objects.filter(participant__in=[kept, other]).order_by("session", "pk")
    mine = {row.session_id: row for row in rows if row.participant_id == kept.pk}
    for theirs in rows:
        if theirs.participant_id != other.pk:
            continue
        own = mine.get(theirs.session_id)
        if own is None:
            yield Change.of(theirs, participant=kept.pk)
        elif theirs.voided is None:
            if own.voided or _weight(theirs) > _weight(own):
                yield Change.of(
                    own,
                    mark=theirs.mark,
                    minutes=theirs.minutes,
                    marked=theirs.marked,
                    marked_by=theirs.marked_by_id,
                    voided=None,
                )
            yield Change.of(theirs, voided=now)


def _marks_since(merge: Merge, cohorts: Collection[UUID]) -> Iterator[Change]:
    """Who was marked in a cohort came to it: a mark goes where the enrolment goes."""
    for row in Attendance.objects.filter(participant=merge.kept, session__cohort__in=cohorts, marked__gt=merge.at):
        yield Change.of(row, participant=merge.other_id)


def _weight(row: Attendance) -> tuple[int, int]:
    return weight_of_mark(row.mark, row.minutes)


def lock_registers(cohorts: Collection[UUID]) -> None:
    """As a register does while somebody marks: it is read afresh once this transaction is done."""
    sessions = CohortSession.objects.filter(cohort__in=cohorts).order_by("pk")
    list(sessions.select_for_update(of=("self",)).values_list("pk"))


def _attended(enrolments: Collection[Enrolment]) -> Mapping[UUID, int]:
    """How many sessions of the cohort the person of each enrolment has attended."""
    people = [enrolment.participant_id for enrolment in enrolments]
    marks = Attendance.objects.valid().filter(participant__in=people, mark__in=EARNING)
    attended = Counter(marks.values_list("participant", "session__cohort"))
    return {enrolment.pk: attended[(enrolment.participant_id, enrolment.cohort_id)] for enrolment in enrolments}


def _subscription(kept: Participant, other: Participant, now: datetime) -> Iterator[Change]:
    """The other's calendar goes on showing her sessions, unless she has one in her other login too."""
    if not (kept.user and other.user) or other.user.participants.exclude(pk=other.pk).exists():
        return
    feeds = CalendarFeed.objects.active().filter(role=Role.PARTICIPANT)
    if not feeds.filter(user=kept.user).exists():
        for feed in feeds.filter(user=other.user):
            yield Change.of(feed, user=kept.user_id)


BELONGINGS = (
    Belonging(
        model="course_sessions.attendance",
        relation="participant",
        label=_("Attendance marks"),
        follow=_marks,
        go_back=_marks_since,
        lock=lock_registers,
        weigh=_attended,
    ),
    Belonging(
        model="course_sessions.calendarfeed",
        relation="user",
        label=_("Calendar subscriptions"),
        follow=_subscription,
    ),
)
