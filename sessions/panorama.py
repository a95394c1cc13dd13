"""The calendar of a page that shows all that it holds: a board, a month, a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from cohorts.choices import CohortStatus
from sessions.clashes import Calendar
from sessions.models import CohortSession, Lecturer, Venue
from sessions.querysets import CohortSessionQuerySet


class Panorama(Calendar):
    """The same in five queries, for hundreds of sessions: each is loaded with its module and its marks alone.

    `sessions` are all, though those that are cancelled or of an archived cohort aren't booked; `venues` and
    `lecturers` are all of the regions, whom a page offers to choose from.
    """

    def __init__(
        self,
        region_ids: Collection[UUID],
        *,
        first: date,
        last: date,
        cohorts: Collection[UUID] = (),
        beside: Collection[UUID] | None = None,
        with_cohorts: bool = False,
    ) -> None:
        """With `beside`, only what is held while one of those cohorts meets, which are among them."""
        self._beside, self._with_cohorts = beside, with_cohorts
        self._lecturers_of: dict[UUID, set[UUID]] = defaultdict(set)
        super().__init__(region_ids, first=first, last=last, cohorts=cohorts)

    def lecturers_of(self, session: CohortSession) -> list[Lecturer]:
        """Who teaches one of `sessions`, by name."""
        teaching = self._lecturers_of[session.pk]
        return [lecturer for pk, lecturer in self.lecturers.items() if pk in teaching] if teaching else []

    def _load(self, rows: CohortSessionQuerySet) -> Iterable[Any]:
        if self._beside is not None:
            rows = rows.at_the_time_of(self._beside)
        related = ("module", "cohort__programme") if self._with_cohorts else ("module",)
        return rows.with_marks().annotate(cohort_status=F("cohort__status")).select_related(*related)

    def _load_names(self, region_ids: Collection[UUID], first: date, last: date) -> None:
        self.venues = {venue.pk: venue for venue in Venue.objects.filter(region__in=region_ids)}
        in_time = Q(unavailabilities__first__lte=last, unavailabilities__last__gte=first)
        rows: Iterable[Any] = Lecturer.objects.filter(region__in=region_ids).annotate(
            away=FilteredRelation("unavailabilities", condition=in_time),
            away_from=F("away__first"),
            away_to=F("away__last"),
        )
        for lecturer in rows:
            self.lecturers[lecturer.pk] = lecturer
            if lecturer.away_from:
                self.away[lecturer.pk].append((lecturer.away_from, lecturer.away_to))
        pairs = CohortSession.lecturers.through.objects.filter(cohortsession__in=self.sessions)
        for session, teaching in pairs.values_list("cohortsession", "lecturer"):
            self._lecturers_of[session].add(teaching)

    def _teaching(self, session: CohortSession) -> Iterable[UUID]:
        return self._lecturers_of[session.pk]

    def _is_booked(self, session: Any) -> bool:
        return not session.is_cancelled and session.cohort_status != CohortStatus.ARCHIVED
