"""Which sessions stand in each other's way, as pages say it: read from what is planned, decided by rules.clashes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.choices import CohortStatus
from common.clock import local_date
from participants.models import Enrolment
from sessions.models import CohortSession, Lecturer, Unavailability, Venue
from sessions.rules.clashes import Booking, Circumstances, Clash, Kind, clashes

ONE_DAY = timedelta(days=1)
ICONS = {
    Kind.LECTURER: "presentation",
    Kind.AWAY: "calendar-off",
    Kind.VENUE: "map-pin",
    Kind.PARTICIPANT: "users",
    Kind.SEATS: "armchair",
}


@dataclass(frozen=True)
class Obstacle:
    """A clash in words: "Lena Lektor undervisar också VT 2027 B kl. 9.00–12.00". `other` is the session to look at."""

    kind: Kind
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
    booked like the rest, cancelled sessions and archived cohorts aren't.
    """

    def __init__(self, region_ids: Collection[UUID], *, first: date, last: date) -> None:
        """`first` and `last` are local days, both included."""
        sessions = (
            CohortSession.objects.held_or_planned()
            .filter(
                cohort__programme__region__in=region_ids,
                starts__date__gte=first - ONE_DAY,
                starts__date__lte=last + ONE_DAY,
            )
            .exclude(cohort__status=CohortStatus.ARCHIVED)
            .select_related("cohort", "module", "venue")
            .prefetch_related("lecturers")
        )
        self.sessions: dict[UUID, CohortSession] = {session.pk: session for session in sessions}
        cohorts = {session.cohort_id for session in self.sessions.values()}
        taking_part = Enrolment.objects.taking_part().filter(cohort__in=cohorts).order_by()
        attending = list(taking_part.values_list("participant", "cohort"))
        self.expected = Counter[UUID](cohort for _participant, cohort in attending)
        self.venues = {session.venue.pk: session.venue for session in self.sessions.values() if session.venue}
        self.lecturers = {
            lecturer.pk: lecturer for session in self.sessions.values() for lecturer in session.lecturers.all()
        }
        self.away = _away(region_ids, first, last)
        self.shared = _shared(attending)
        self.bookings = [self.booking_of(session) for session in self.sessions.values()]

    def booking_of(self, session: CohortSession) -> Booking:
        """`session`, loaded with its lecturers, as it is booked."""
        return Booking(
            session=session.pk,
            cohort=session.cohort_id,
            starts=session.starts,
            ends=session.ends,
            venue=session.venue_id,
            lecturers=frozenset(lecturer.pk for lecturer in session.lecturers.all()),
            expected=self.expected[session.cohort_id],
        )

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
        seats = {venue.pk: venue.seats for venue in self.venues.values() if venue.seats is not None}
        circumstances = Circumstances(away=self.away, shared=self.shared, seats=seats)
        for clash in clashes(concerning, among=among, circumstances=circumstances):
            found[clash.session].append(self._obstacle(clash))
        return found

    def all_obstacles(self) -> Mapping[UUID, list[Obstacle]]:
        """What is wrong with every session between the two days."""
        return self.obstacles(self.bookings)

    def _look_up(self, bookings: Collection[Booking]) -> None:
        """Load the venues and lecturers that no stored session has: a query each, if there are some."""
        if venues := {booking.venue for booking in bookings if booking.venue} - self.venues.keys():
            self.venues |= Venue.objects.in_bulk(venues)
        if lecturers := {lecturer for booking in bookings for lecturer in booking.lecturers} - self.lecturers.keys():
            self.lecturers |= Lecturer.objects.in_bulk(lecturers)

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


def calendar_around(region_ids: Collection[UUID], moments: Iterable[datetime]) -> Calendar:
    """The calendar of the days from the first to the last of `moments`, which are some."""
    days = [local_date(moment) for moment in moments]
    return Calendar(region_ids, first=min(days), last=max(days))


def _away(region_ids: Collection[UUID], first: date, last: date) -> Mapping[UUID, list[tuple[date, date]]]:
    """The days on which lecturers of the regions can't teach, as far as they touch those from `first` to `last`."""
    found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    days = Unavailability.objects.filter(lecturer__region__in=region_ids, first__lte=last, last__gte=first)
    for lecturer, begins, ends in days.values_list("lecturer", "first", "last"):
        found[lecturer].append((begins, ends))
    return found


def _shared(pairs: Iterable[tuple[UUID, UUID]]) -> Mapping[frozenset[UUID], int]:
    """How many people take part in both of two cohorts, from (participant, cohort)."""
    cohorts_of: dict[UUID, set[UUID]] = defaultdict(set)
    for participant, cohort in pairs:
        cohorts_of[participant].add(cohort)
    return Counter(
        frozenset(pair) for cohorts in cohorts_of.values() if len(cohorts) > 1 for pair in combinations(cohorts, 2)
    )
