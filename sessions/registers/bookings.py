"""What is booked in a venue or with a lecturer, with what is wrong about it: for the pages of the registers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.clashes.calendar import Obstacle, booking_of
from sessions.models import CohortSession, Lecturer, SessionRevision, Unavailability, Venue
from sessions.rules.clashes import Booking, Circumstances, Clash, Kind, clashes


@dataclass(frozen=True)
class Booked:
    """A session that is booked, and what is wrong with it."""

    session: CohortSession
    obstacles: list[Obstacle] = field(default_factory=list)


def booked_in(venue: Venue, sessions: Iterable[CohortSession]) -> list[Booked]:
    """`sessions` are those held in the venue, loaded with_details and with_register_counts."""
    bookings = {session: booking_of(session, venue=venue.pk, expected=session.expected) for session in sessions}
    return _checked(bookings, seats={venue.pk: venue.seats} if venue.seats is not None else {})


def booked_with(
    lecturer: Lecturer, sessions: Iterable[CohortSession], *, away: Iterable[Unavailability]
) -> list[Booked]:
    """`sessions` are those that she teaches, loaded with_details; `away` are days on which she can't."""
    bookings = {session: booking_of(session, lecturers={lecturer.pk}) for session in sessions}
    return _checked(bookings, away={lecturer.pk: [(days.first, days.last) for days in away]})


def is_used(entry: Venue | Lecturer) -> bool:
    """Whether something was ever planned in the venue, or with the lecturer: then it is archived, not deleted."""
    if isinstance(entry, Venue):
        return entry.sessions.exists() or SessionRevision.objects.filter(venue=entry).exists()
    return entry.sessions.exists() or entry.teaching_requests.exists() or entry.changes.exists()


def _checked(
    bookings: dict[CohortSession, Booking],
    *,
    seats: Mapping[UUID, int] | None = None,
    away: Mapping[UUID, list[tuple[date, date]]] | None = None,
) -> list[Booked]:
    booked = {session.pk: Booked(session) for session in bookings}
    circumstances = Circumstances(away=away or {}, shared={}, seats=seats or {})
    for clash in clashes(bookings.values(), among=bookings.values(), circumstances=circumstances):
        other = booked[clash.other].session if clash.other else None
        booked[clash.session].obstacles.append(Obstacle(clash.kind, _words(clash, other), other))
    return list(booked.values())


def _words(clash: Clash, other: CohortSession | None) -> str:
    if clash.kind == Kind.AWAY:
        return _("Can't teach that day.")
    if clash.kind == Kind.SEATS:
        return ngettext("%(people)d seat too few.", "%(people)d seats too few.", clash.people) % {
            "people": clash.people
        }
    return _("Double-booked with %(cohort)s, %(module)s.") % {
        "cohort": other.cohort if other else "",
        "module": other.module if other else "",
    }
