"""What is booked, and what is in each other's way there, as pages say it: decided by rules.clashes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.choices import CohortStatus
from sessions.models import CohortSession, Lecturer, Venue
from sessions.rules.clashes import Booking, Circumstances, Clash, Kind, clashes
from sessions.rules.standing import Lack

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


@dataclass(frozen=True)
class Registers:
    """Venues and lecturers by their keys, and the days, both included, on which lecturers can't."""

    venues: dict[UUID, Venue] = field(default_factory=dict)
    lecturers: dict[UUID, Lecturer] = field(default_factory=dict)
    away: dict[UUID, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))

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


@dataclass(frozen=True)
class People:
    """How many take part in each cohort, how many hold a seat in it, and how many take part in both of two."""

    expected: Counter[UUID] = field(default_factory=Counter)
    seated: Counter[UUID] = field(default_factory=Counter)
    shared: Counter[frozenset[UUID]] = field(default_factory=Counter)


class Calendar:
    """Sessions of some regions between two days, and what is in their way, as `reading` found them.

    What is cancelled, or of an archived cohort, isn't booked. `teaching` says who teaches each session, by keys.
    """

    def __init__(
        self,
        sessions: Iterable[Any],
        *,
        teaching: Mapping[UUID, Collection[UUID]],
        registers: Registers,
        people: People | None = None,
    ) -> None:
        self.sessions = {session.pk: session for session in sessions}
        self.teaching = teaching
        self.venues, self.lecturers, self.away = dict(registers.venues), dict(registers.lecturers), registers.away
        self.people = people or People()
        self.bookings = [self.booking_of(session) for session in self.sessions.values() if _is_booked(session)]

    @property
    def circumstances(self) -> Circumstances:
        """What the rules must know beside the bookings."""
        seats = {venue.pk: venue.seats for venue in self.venues.values() if venue.seats is not None}
        return Circumstances(away=self.away, shared=self.people.shared, seats=seats)

    def lecturers_of(self, session: CohortSession) -> list[Lecturer]:
        """Who teaches one of `sessions`, by name."""
        teaching = self.teaching.get(session.pk)
        return [lecturer for pk, lecturer in self.lecturers.items() if pk in teaching] if teaching else []

    def booking_of(self, session: CohortSession) -> Booking:
        """One of `sessions` as it is booked."""
        return booking_of(
            session,
            venue=session.venue_id,
            lecturers=self.teaching.get(session.pk, ()),
            expected=self.people.expected[session.cohort_id],
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


def booking_of(
    session: CohortSession, *, venue: UUID | None = None, lecturers: Iterable[UUID] = (), expected: int = 0
) -> Booking:
    """`session` as far as it takes `venue` and `lecturers`; `expected` people take part."""
    return Booking(
        session=session.pk,
        cohort=session.cohort_id,
        starts=session.starts,
        ends=session.ends,
        venue=venue,
        lecturers=frozenset(lecturers),
        expected=expected,
    )


def _is_booked(session: Any) -> bool:
    return not session.is_cancelled and session.cohort_status != CohortStatus.ARCHIVED
