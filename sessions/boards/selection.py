"""Which cohorts and sessions the board, the month and the list show: one set, told by the address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Min, Q, QuerySet

from accounts.models import User
from cohorts.models import Cohort
from cohorts.querysets import CohortQuerySet
from common.clock import local_date
from common.search import every_word_of
from sessions.models import CohortSession, Lecturer
from sessions.querysets import CohortSessionQuerySet
from sessions.rules.days import JULY
from sessions.rules.planning import term_of


@dataclass(frozen=True)
class Wanted:
    """What a coordinator asked for; what is empty narrows nothing down.

    `term` is a key of `terms_of`, in which the cohort begins. `needs` asks for what somebody must act on, which is
    told from what the database knows (`standing.Slot.needs`), not by it.
    """

    q: str = ""
    programme: UUID | None = None
    term: str = ""
    status: str = ""
    lecturer: UUID | None = None
    venue: UUID | None = None
    needs: bool = False

    def covers(self, session: CohortSession, lecturers: Iterable[Lecturer], *, needs: bool) -> bool:
        """Whether a session of a wanted cohort is itself wanted."""
        return (
            (not self.venue or session.venue_id == self.venue)
            and (not self.lecturer or any(lecturer.pk == self.lecturer for lecturer in lecturers))
            and (not self.needs or needs)
        )

    @property
    def is_about_sessions(self) -> bool:
        """Whether some of a cohort's sessions may be wanted and others not."""
        return bool(self.lecturer or self.venue or self.needs)


EVERYTHING = Wanted()


def cohorts_of(user: User, wanted: Wanted) -> QuerySet[Any]:
    """The wanted cohorts that `user` plans, or any of whose sessions is wanted; the latest come first."""
    cohorts = with_span(Cohort.objects.coordinated_by(user))
    conditions = every_word_of(wanted.q, among=("name", "programme__title"))
    if wanted.programme:
        conditions &= Q(programme=wanted.programme)
    if wanted.status:
        conditions &= Q(status=wanted.status)
    if wanted.term:
        conditions &= Q(first_session__date__range=span_of_term(wanted.term))
    if about_sessions := _about_sessions(wanted):
        conditions &= Q(pk__in=CohortSession.objects.filter(about_sessions).values("cohort"))
    return cohorts.filter(conditions)


def sessions_of(user: User, wanted: Wanted) -> CohortSessionQuerySet:
    """The wanted sessions that `user` plans, but for `wanted.needs`."""
    cohorts = cohorts_of(user, wanted).order_by().values("pk")
    return CohortSession.objects.coordinated_by(user).filter(_about_sessions(wanted), cohort__in=cohorts)


def with_span(cohorts: CohortQuerySet) -> QuerySet[Any]:
    """Annotate `first_session` and `last_session`, when they begin. The latest cohorts come first, the undated last.

    A cohort belongs to the term of its first session.
    """
    spans = cohorts.annotate(first_session=Min("sessions__starts"), last_session=Max("sessions__starts"))
    return spans.order_by(F("first_session").desc(nulls_last=True), "name", "pk")


def facets(user: User) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Programmes and terms of which `user` plans a cohort, as keys and names, in one query."""
    rows = Cohort.objects.coordinated_by(user).order_by("programme__title", "pk")
    found = list(rows.values_list("programme", "programme__title", Min("sessions__starts")))
    programmes = dict.fromkeys((str(pk), title) for pk, title, _first in found)
    return list(programmes), list(terms_of(first for _pk, _title, first in found if first))


def terms_of(first_sessions: Iterable[datetime]) -> Sequence[tuple[str, str]]:
    """Keys and names of the terms in which cohorts begin, the latest first: ("2027-1", "VT 2027")."""
    days = {local_date(moment) for moment in first_sessions}
    begins = {date(day.year, 1 if day.month < JULY else JULY, 1) for day in days}
    return [(f"{day:%Y}-{1 if day.month < JULY else 2}", term_of(day)) for day in sorted(begins, reverse=True)]


def span_of_term(key: str) -> tuple[date, date]:
    """First and last day of the term with `key`. Raises ValueError if there is no such term."""
    year, _dash, half = key.partition("-")
    if half == "1":
        return date(int(year), 1, 1), date(int(year), JULY, 1) - timedelta(days=1)
    if half == "2":
        return date(int(year), JULY, 1), date(int(year), 12, 31)
    raise ValueError(key)


def _about_sessions(wanted: Wanted) -> Q:
    conditions = Q()
    if wanted.lecturer:
        teaching = CohortSession.lecturers.through.objects.filter(lecturer=wanted.lecturer)
        conditions &= Q(pk__in=teaching.values("cohortsession"))
    if wanted.venue:
        conditions &= Q(venue=wanted.venue)
    return conditions
