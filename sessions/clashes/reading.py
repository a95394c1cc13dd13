"""What is booked in some regions between two days, read as a page needs it: in detail, by the hundred, or for a plan.

Reads what every coordinator of the regions may see: callers pass regions that the user coordinates. Days are local, the
first and the last included; the day after is read too, for what passes midnight. Drafts are booked like the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, prefetch_related_objects
from django.utils.translation import gettext as _

from cohorts.choices import CohortStatus
from common.clock import at, local_date
from participants.choices import SEATED, TAKING_PART
from participants.models import Enrolment
from sessions.clashes.calendar import Calendar, Obstacle, People, Registers
from sessions.models import CohortSession, Lecturer, Unavailability, Venue
from sessions.querysets import CohortSessionQuerySet
from sessions.rules.standing import Lack, lacks

TWO_DAYS = timedelta(days=2)


def calendar_between(
    region_ids: Collection[UUID],
    *,
    first: date,
    last: date,
    cohorts: Collection[UUID] = (),
    known: Collection[CohortSession] = (),
) -> Calendar:
    """What is booked, with details, in four queries. It names the venues and lecturers that are booked, or away.

    The people of `cohorts` are counted even if these have nothing booked. Of `known` sessions, who teaches them is
    loaded together with the calendar's.
    """
    sessions = list(_booked(region_ids, first, last).select_related("cohort", "module", "venue"))
    prefetch_related_objects([*sessions, *known], "lecturers")
    teaching = {session.pk: {lecturer.pk: lecturer for lecturer in session.lecturers.all()} for session in sessions}
    registers = Registers(venues={session.venue_id: session.venue for session in sessions if session.venue})
    for lecturers in teaching.values():
        registers.lecturers.update(lecturers)
    absences = Unavailability.objects.filter(lecturer__region__in=region_ids, first__lte=last, last__gte=first)
    for absence in absences.select_related("lecturer"):
        registers.lecturers[absence.lecturer_id] = absence.lecturer
        registers.away[absence.lecturer_id].append((absence.first, absence.last))
    people = people_in({session.cohort_id for session in sessions} | set(cohorts))
    return Calendar(sessions, teaching=teaching, registers=registers, people=people)


def calendar_around(
    region_ids: Collection[UUID], moments: Iterable[datetime], *, known: Collection[CohortSession] = ()
) -> Calendar:
    """The same for the days from the first to the last of `moments`, which are some."""
    days = [local_date(moment) for moment in moments]
    return calendar_between(region_ids, first=min(days), last=max(days), known=known)


def panorama_between(
    region_ids: Collection[UUID],
    *,
    first: date,
    last: date,
    cohorts: Collection[UUID] = (),
    beside: Collection[UUID] | None = None,
    with_cohorts: bool = False,
) -> Calendar:
    """Hundreds of sessions, each with module, venue and marks alone, in five queries; also what isn't booked any more.

    It names all venues and lecturers of the regions, whom a page offers to choose from. The people of `cohorts` are
    counted even if these have nothing booked. With `beside`, only what is held while one of those cohorts meets, which
    are among them.
    """
    rows = _sessions(region_ids, first, last)
    if beside is not None:
        rows = rows.at_the_time_of(beside)
    related = ("module", "cohort__programme") if with_cohorts else ("module",)
    sessions = list(rows.with_marks().select_related(*related))
    teaching: defaultdict[UUID, set[UUID]] = defaultdict(set)
    pairs = CohortSession.lecturers.through.objects.filter(cohortsession__in=[session.pk for session in sessions])
    for key, lecturer in pairs.values_list("cohortsession", "lecturer"):
        teaching[key].add(lecturer)
    registers = registers_of(region_ids, first=first, last=last)
    for session in sessions:
        if session.venue_id in registers.venues:
            session.venue = registers.venues[session.venue_id]
    people = people_in({session.cohort_id for session in sessions} | set(cohorts))
    return Calendar(sessions, teaching=teaching, registers=registers, people=people)


def planners_calendar(registers: Registers, region_id: UUID, *, first: date, last: date) -> Calendar:
    """What takes the `registers` of one region, in one query.

    Nobody takes part yet in what is only proposed, so nobody can be in two places.
    """
    # A row for each lecturer of a session: the last of them stands for it.
    rows = _booked([region_id], first, last).select_related("cohort", "module").annotate(taught_by=F("lecturers"))
    teaching: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in rows:
        if row.taught_by:
            teaching[row.pk].add(row.taught_by)
    return Calendar(rows, teaching=teaching, registers=registers)


def registers_of(region_ids: Collection[UUID], *, first: date, last: date | None = None) -> Registers:
    """Every venue and lecturer, archived ones too, in two queries; without `last`, with all absences that come."""
    venues = {venue.pk: venue for venue in Venue.objects.filter(region__in=region_ids)}
    in_time = Q(unavailabilities__last__gte=first)
    if last:
        in_time &= Q(unavailabilities__first__lte=last)
    rows: Iterable[Any] = Lecturer.objects.filter(region__in=region_ids).annotate(
        away=FilteredRelation("unavailabilities", condition=in_time),
        away_from=F("away__first"),
        away_to=F("away__last"),
    )
    registers = Registers(venues)
    for lecturer in rows:
        registers.lecturers[lecturer.pk] = lecturer
        if lecturer.away_from:
            registers.away[lecturer.pk].append((lecturer.away_from, lecturer.away_to))
    return registers


def people_in(cohorts: Collection[UUID]) -> People:
    """How many take part in each cohort, how many hold a seat in it, and how many take part in both of two."""
    enrolments = Enrolment.objects.filter(cohort__in=cohorts, status__in={*TAKING_PART, *SEATED}).order_by()
    people = People()
    cohorts_of: dict[UUID, set[UUID]] = defaultdict(set)
    for participant, cohort, status in enrolments.values_list("participant", "cohort", "status"):
        if status in SEATED:
            people.seated[cohort] += 1
        if status in TAKING_PART:
            people.expected[cohort] += 1
            cohorts_of[participant].add(cohort)
    for several in cohorts_of.values():
        people.shared.update(frozenset(pair) for pair in combinations(several, 2))
    return people


def obstacles_of(session: CohortSession, *, now: datetime) -> list[Obstacle]:
    """What there is to mend about `session`, loaded with its cohort; nothing about one that is cancelled or held.

    Takes four queries, and loads its lecturers on the way if they aren't loaded.
    """
    if session.is_cancelled or session.ends <= now or session.cohort.status == CohortStatus.ARCHIVED:
        return []
    calendar = calendar_around([session.cohort.programme.region_id], [session.starts], known=[session])
    missing = {Lack.VENUE: _("No venue is chosen."), Lack.LECTURER: _("No lecturer is chosen.")}
    lacking = lacks(has_place=session.has_place, has_lecturer=bool(session.lecturers.all()))
    return [
        *calendar.obstacles([calendar.booking_of(session)]).get(session.pk, []),
        *(Obstacle(lack, missing[lack]) for lack in lacking),
    ]


def _sessions(region_ids: Collection[UUID], first: date, last: date) -> CohortSessionQuerySet:
    held = CohortSession.objects.filter(
        cohort__programme__region__in=region_ids, starts__lt=at(last + TWO_DAYS, time.min), ends__gt=at(first, time.min)
    )
    return held.annotate(cohort_status=F("cohort__status")).order_by("starts", "pk")


def _booked(region_ids: Collection[UUID], first: date, last: date) -> Any:
    return _sessions(region_ids, first, last).held_or_planned().exclude(cohort__status=CohortStatus.ARCHIVED)
