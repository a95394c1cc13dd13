"""The calendar of a page that shows all that it holds: a board, a month, a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from cohorts.choices import CohortStatus
from sessions.clashes.calendar import Calendar
from sessions.models import CohortSession, Lecturer, Venue
from sessions.querysets import CohortSessionQuerySet


@dataclass(frozen=True)
class Registers:
    """Every venue and lecturer of some regions, archived ones too, and the days on which each lecturer can't."""

    venues: dict[UUID, Venue]
    lecturers: dict[UUID, Lecturer]
    away: dict[UUID, list[tuple[date, date]]]

    def of(self, region_id: UUID) -> Registers:
        """Those of one of the regions."""
        lecturers = {pk: lecturer for pk, lecturer in self.lecturers.items() if lecturer.region_id == region_id}
        return Registers(
            {pk: venue for pk, venue in self.venues.items() if venue.region_id == region_id},
            lecturers,
            {pk: days for pk, days in self.away.items() if pk in lecturers},
        )

    @property
    def offered_venues(self) -> list[Venue]:
        """Those that can be chosen."""
        return [venue for venue in self.venues.values() if not venue.archived]

    @property
    def offered_lecturers(self) -> list[Lecturer]:
        """Those who can be chosen."""
        return [lecturer for lecturer in self.lecturers.values() if not lecturer.archived]


def registers_of(region_ids: Collection[UUID], *, first: date, last: date | None = None) -> Registers:
    """The registers of regions that the user coordinates, in two queries.

    Days on which a lecturer can't are those from `first` to `last`, local days and both included; without `last` all
    that come.
    """
    venues = {venue.pk: venue for venue in Venue.objects.filter(region__in=region_ids)}
    in_time = Q(unavailabilities__last__gte=first)
    if last:
        in_time &= Q(unavailabilities__first__lte=last)
    rows: Iterable[Any] = Lecturer.objects.filter(region__in=region_ids).annotate(
        away=FilteredRelation("unavailabilities", condition=in_time),
        away_from=F("away__first"),
        away_to=F("away__last"),
    )
    lecturers: dict[UUID, Lecturer] = {}
    away: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for lecturer in rows:
        lecturers[lecturer.pk] = lecturer
        if lecturer.away_from:
            away[lecturer.pk].append((lecturer.away_from, lecturer.away_to))
    return Registers(venues, lecturers, away)


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
        registers = registers_of(region_ids, first=first, last=last)
        self.venues, self.lecturers, self.away = registers.venues, registers.lecturers, registers.away
        pairs = CohortSession.lecturers.through.objects.filter(cohortsession__in=self.sessions)
        for session, teaching in pairs.values_list("cohortsession", "lecturer"):
            self._lecturers_of[session].add(teaching)

    def _teaching(self, session: CohortSession) -> Iterable[UUID]:
        return self._lecturers_of[session.pk]

    def _is_booked(self, session: Any) -> bool:
        return not session.is_cancelled and session.cohort_status != CohortStatus.ARCHIVED
