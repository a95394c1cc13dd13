"""The board: how each session of each cohort stands, in one glance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from cohorts.models import Cohort
from cohorts.querysets import CohortQuerySet
from common.clock import STOCKHOLM, local_date
from participants.models import Enrolment
from sessions.choices import EARNING
from sessions.models import Attendance, CohortSession
from sessions.rules.days import JULY
from sessions.rules.planning import term_of


@dataclass(frozen=True)
class Slot:
    """One session as a cell: a tone, the icon that says the same, and a few words."""

    session: CohortSession
    tone: str
    icon: str
    text: str


@dataclass(frozen=True)
class Row:
    """One cohort with its sessions in order of time."""

    cohort: Cohort
    seats_taken: int
    slots: Sequence[Slot]

    @property
    def seats_left(self) -> int:
        return max(self.cohort.capacity - self.seats_taken, 0)


def rows_of(cohorts: Collection[Cohort], *, user: User, now: datetime) -> list[Row]:
    """Return the board's rows for `cohorts`, which `user` may see, in five queries however many they are."""
    ids = [cohort.pk for cohort in cohorts]
    sessions: defaultdict[UUID, list[CohortSession]] = defaultdict(list)
    for session in CohortSession.objects.visible_to(user).filter(cohort__in=ids).with_details():
        sessions[session.cohort_id].append(session)
    enrolments = Enrolment.objects.visible_to(user).filter(cohort__in=ids).order_by()
    seats = Counter[UUID](dict(enrolments.seated().values_list("cohort").annotate(Count("pk"))))
    expected = Counter[UUID](dict(enrolments.taking_part().values_list("cohort").annotate(Count("pk"))))
    marks = Attendance.objects.valid().filter(session__cohort__in=ids).order_by()
    counts = marks.values_list("session").annotate(noted=Count("pk"), earning=Count("pk", filter=Q(mark__in=EARNING)))
    marked, came = Counter[UUID](), Counter[UUID]()
    for session_id, all_marks, earning_marks in counts:
        marked[session_id], came[session_id] = all_marks, earning_marks
    return [
        Row(
            cohort,
            seats[cohort.pk],
            [
                slot_of(
                    session,
                    came=came[session.pk],
                    marked=marked[session.pk],
                    expected=max(expected[cohort.pk], marked[session.pk]),
                    now=now,
                )
                for session in sessions[cohort.pk]
            ],
        )
        for cohort in cohorts
    ]


def slot_of(session: CohortSession, *, came: int, marked: int, expected: int, now: datetime) -> Slot:
    """How a session stands: what needs doing goes before what is merely planned."""
    if session.is_cancelled:
        return Slot(session, "error", "ban", pgettext("session", "Cancelled"))
    if marked:
        return Slot(session, "ok", "check", _("%(came)s of %(expected)s came") % {"came": came, "expected": expected})
    if session.ends <= now:
        if not expected:
            return Slot(session, "neutral", "minus", _("Nobody enrolled"))
        return Slot(session, "warning", "list-todo", _("Attendance missing"))
    if session.day == local_date(now):
        return Slot(session, "waiting", "clock", _("Today"))
    if not session.has_place:
        return Slot(session, "warning", "map-pin", _("Venue missing"))
    return Slot(session, "neutral", "", _hours(session))


def _hours(session: CohortSession) -> str:
    """Write "9.00–16.00": a cell has no room for more."""
    return "–".join(time_format(moment.astimezone(STOCKHOLM)) for moment in (session.starts, session.ends))


def with_term(cohorts: CohortQuerySet) -> QuerySet[Any]:
    """Annotate `first_session`, by whose date a cohort belongs to a term; the latest come first, the undated last."""
    latest_first = F("first_session").desc(nulls_last=True)
    return cohorts.annotate(first_session=Min("sessions__starts")).order_by(latest_first, "name", "pk")


def terms_of(first_sessions: Collection[datetime]) -> Iterator[tuple[str, str]]:
    """Keys and names of the terms in which cohorts begin, the latest first: ("2027-1", "VT 2027")."""
    days = {local_date(moment) for moment in first_sessions}
    begins = {date(day.year, 1 if day.month < JULY else JULY, 1) for day in days}
    return ((f"{day:%Y}-{1 if day.month < JULY else 2}", term_of(day)) for day in sorted(begins, reverse=True))


def span_of_term(key: str) -> tuple[date, date]:
    """First and last day of the term with `key`. Raises ValueError if there is no such term."""
    year, _dash, half = key.partition("-")
    if half == "1":
        return date(int(year), 1, 1), date(int(year), JULY, 1) - timedelta(days=1)
    if half == "2":
        return date(int(year), JULY, 1), date(int(year), 12, 31)
    raise ValueError(key)
