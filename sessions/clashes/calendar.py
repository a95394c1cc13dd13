"""Which sessions stand in each other's way, as pages say it: read from what is planned, decided by rules.clashes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.choices import CohortStatus
from common.clock import at, local_date
from participants.choices import SEATED, TAKING_PART
from participants.models import Enrolment
from sessions.models import CohortSession, Lecturer, Unavailability, Venue
from sessions.querysets import CohortSessionQuerySet
from sessions.rules.clashes import Booking, Circumstances, Clash, Kind, clashes
from sessions.rules.standing import Lack, lacks

TWO_DAYS = timedelta(days=2)
People = tuple[Counter[UUID], Counter[UUID], Mapping[frozenset[UUID], int]]
ICONS: Mapping[Kind | Lack, str] = {
    Kind.LECTURER: "presentation",
    Kind.AWAY: "calendar-off",
    Kind.VENUE: "map-pin",
    Kind.PARTICIPANT: "users",
    Kind.SEATS: "armchair",
    Lack.VENUE: "map-pin",
    Lack.LECTURER: "presentation",
}


@dataclass(frozen=True)
class Obstacle:
    """A clash in words: "Lena Lektor undervisar också VT 2027 B kl. 9.00–12.00". `other` is the session to look at."""

    kind: Kind | Lack
    text: str
    other: CohortSession | None = None

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    def __str__(self) -> str:
        return self.text


class Calendar:
    """Everything booked in some regions between two days, in four queries however much it is.

    Reads what every coordinator of the regions may see: callers pass regions that the user coordinates. Drafts are
    booked like the rest, cancelled sessions and archived cohorts aren't. `sessions` have their details; `venues` and
    `lecturers` are those that are booked, or away.
    """

    def __init__(
        self,
        region_ids: Collection[UUID],
        *,
        first: date,
        last: date,
        cohorts: Collection[UUID] = (),
        known: Collection[CohortSession] = (),
    ) -> None:
        """`first` and `last` are local days, both included; the day after is read too, for what passes midnight.

        The people of `cohorts` are counted even if these have nothing booked. Of `known` sessions, who teaches them is
        loaded together with the calendar's.
        """
        self._known = known
        rows = CohortSession.objects.filter(
            cohort__programme__region__in=region_ids,
            starts__lt=at(last + TWO_DAYS, time.min),
            ends__gt=at(first, time.min),
        )
        self.venues: dict[UUID, Venue] = {}
        self.lecturers: dict[UUID, Lecturer] = {}
        self.away: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
        self.sessions: dict[UUID, Any] = {session.pk: session for session in self._load(rows.order_by("starts", "pk"))}
        self._load_names(region_ids, first, last)
        self.expected, self.seated, self.shared = self._people(
            {session.cohort_id for session in self.sessions.values()} | set(cohorts)
        )
        self.bookings = [self.booking_of(session) for session in self.sessions.values() if self._is_booked(session)]

    @property
    def circumstances(self) -> Circumstances:
        """What the rules must know beside the bookings."""
        seats = {venue.pk: venue.seats for venue in self.venues.values() if venue.seats is not None}
        return Circumstances(away=self.away, shared=self.shared, seats=seats)

    def booking_of(self, session: CohortSession) -> Booking:
        """`session`, loaded with its lecturers, as it is booked."""
        return Booking(
            session=session.pk,
            cohort=session.cohort_id,
            starts=session.starts,
            ends=session.ends,
            venue=session.venue_id,
            lecturers=frozenset(self._teaching(session)),
            expected=self.expected[session.cohort_id],
        )

    def clashes(self) -> Mapping[UUID, list[Clash]]:
        """What is wrong with every booked session, by its id; those of which nothing is are left out."""
        found: dict[UUID, list[Clash]] = defaultdict(list)
        for clash in clashes(self.bookings, among=self.bookings, circumstances=self.circumstances):
            found[clash.session].append(clash)
        return found

    def obstacles(
        self, concerning: Iterable[Booking], *, instead_of: Collection[UUID] = ()
    ) -> Mapping[UUID, list[Obstacle]]:
        """What is wrong with each of `concerning`, by session's id, if `instead_of` were not held as planned.

        A booking of a session that is stored stands for it; one that isn't yet has an id of its own.
        """
        concerning = list(concerning)
        self._look_up(concerning)
        replaced = {*instead_of, *(booking.session for booking in concerning)}
        among = [booking for booking in self.bookings if booking.session not in replaced] + concerning
        found: dict[UUID, list[Obstacle]] = defaultdict(list)
        for clash in clashes(concerning, among=among, circumstances=self.circumstances):
            found[clash.session].append(self._obstacle(clash))
        return found

    def all_obstacles(self) -> Mapping[UUID, list[Obstacle]]:
        """What is wrong with every session between the two days."""
        return self.obstacles(self.bookings)

    def introduce(self, *, venues: Iterable[Venue | None] = (), lecturers: Iterable[Lecturer] = ()) -> None:
        """Take in venues and lecturers that are loaded already, so that they needn't be looked up."""
        self.venues |= {venue.pk: venue for venue in venues if venue}
        self.lecturers |= {lecturer.pk: lecturer for lecturer in lecturers}

    def _load(self, rows: CohortSessionQuerySet) -> Iterable[Any]:
        booked = rows.held_or_planned().exclude(cohort__status=CohortStatus.ARCHIVED)
        sessions = list(booked.select_related("cohort", "module", "venue"))
        prefetch_related_objects([*sessions, *self._known], "lecturers")
        return sessions

    def _load_names(self, region_ids: Collection[UUID], first: date, last: date) -> None:
        """Fill `venues`, `lecturers` and `away`."""
        for session in self.sessions.values():
            self.lecturers |= {lecturer.pk: lecturer for lecturer in session.lecturers.all()}
            if session.venue:
                self.venues[session.venue_id] = session.venue
        away = Unavailability.objects.filter(lecturer__region__in=region_ids, first__lte=last, last__gte=first)
        for absence in away.select_related("lecturer"):
            self.lecturers[absence.lecturer_id] = absence.lecturer
            self.away[absence.lecturer_id].append((absence.first, absence.last))

    def _people(self, cohorts: Collection[UUID]) -> People:
        return people_in(cohorts)

    def _teaching(self, session: CohortSession) -> Iterable[UUID]:
        return (lecturer.pk for lecturer in session.lecturers.all())

    def _is_booked(self, session: Any) -> bool:
        """Whether it is in anybody's way: here, only such sessions are loaded."""
        return True

    def _look_up(self, bookings: Collection[Booking]) -> None:
        """Load the venues and lecturers that no stored session has: a query each, if there are some."""
        if venues := {booking.venue for booking in bookings if booking.venue} - self.venues.keys():
            self.venues |= Venue.objects.in_bulk(venues)
        if lecturers := {lecturer for booking in bookings for lecturer in booking.lecturers} - self.lecturers.keys():
            self.lecturers |= Lecturer.objects.in_bulk(lecturers)

    def what_keeps(self, lecturers: Collection[Lecturer], booking: Booking) -> Mapping[UUID, list[Obstacle]]:
        """What keeps each of `lecturers` from teaching `booking`, by lecturer; who is free isn't in it."""
        self.introduce(lecturers=lecturers)
        asked = replace(booking, lecturers=frozenset(lecturer.pk for lecturer in lecturers))
        circumstances = Circumstances(away=self.away, shared={}, seats={})
        found: dict[UUID, list[Obstacle]] = defaultdict(list)
        for clash in clashes([asked], among=self.bookings, circumstances=circumstances):
            if clash.what and clash.kind in (Kind.LECTURER, Kind.AWAY):
                found[clash.what].append(self._obstacle(clash))
        return found

    def _obstacle(self, clash: Clash) -> Obstacle:
        other = self.sessions.get(clash.other) if clash.other else None
        where = f"{other.cohort}, {other.module}" if other else _("another session in this list")
        venue, lecturer = self.venues.get(clash.what), self.lecturers.get(clash.what)  # type: ignore[arg-type]
        if clash.kind == Kind.LECTURER:
            text = _("%(lecturer)s also teaches %(session)s.") % {"lecturer": lecturer, "session": where}
        elif clash.kind == Kind.AWAY:
            text = _("%(lecturer)s can't teach that day.") % {"lecturer": lecturer}
        elif clash.kind == Kind.VENUE:
            text = _("%(venue)s is also booked for %(session)s.") % {"venue": venue, "session": where}
        elif clash.kind == Kind.PARTICIPANT and not clash.people:
            text = _("The cohort also has %(session)s at that time.") % {"session": where}
        elif clash.kind == Kind.PARTICIPANT:
            text = ngettext(
                "%(people)d participant also attends %(session)s.",
                "%(people)d participants also attend %(session)s.",
                clash.people,
            ) % {"people": clash.people, "session": where}
        else:
            text = ngettext(
                "%(venue)s has %(people)d seat too few.", "%(venue)s has %(people)d seats too few.", clash.people
            ) % {"venue": venue, "people": clash.people}
        return Obstacle(clash.kind, text, other)


def calendar_around(
    region_ids: Collection[UUID], moments: Iterable[datetime], *, known: Collection[CohortSession] = ()
) -> Calendar:
    """The calendar of the days from the first to the last of `moments`, which are some."""
    days = [local_date(moment) for moment in moments]
    return Calendar(region_ids, first=min(days), last=max(days), known=known)


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


def people_in(cohorts: Collection[UUID]) -> People:
    """How many take part in each cohort, how many hold a seat in it, and how many take part in both of two."""
    enrolments = Enrolment.objects.filter(cohort__in=cohorts, status__in={*TAKING_PART, *SEATED}).order_by()
    expected, seated = Counter[UUID](), Counter[UUID]()
    cohorts_of: dict[UUID, set[UUID]] = defaultdict(set)
    for participant, cohort, status in enrolments.values_list("participant", "cohort", "status"):
        if status in SEATED:
            seated[cohort] += 1
        if status in TAKING_PART:
            expected[cohort] += 1
            cohorts_of[participant].add(cohort)
    shared = Counter(
        frozenset(pair) for cohorts in cohorts_of.values() if len(cohorts) > 1 for pair in combinations(cohorts, 2)
    )
    return expected, seated, shared
