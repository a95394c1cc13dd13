"""What several sessions are to become at once: moved together, to free days, in other hands, cancelled, or anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import attrgetter

from django.utils import timezone

from common.clock import at, local_date
from sessions.changing.alterations import Alteration
from sessions.clashes.advice import Surroundings
from sessions.models import CohortSession, Lecturer
from sessions.planning.copying import clock_of
from sessions.planning.planner import AROUND, engagements_in
from sessions.rules.clashes import Booking, Kind, clashes
from sessions.rules.days import ONE_DAY, is_plannable, problem_with
from sessions.rules.diary import Diary
from sessions.rules.planning import Step, propose
from sessions.rules.rhythms import NthWeekday
from sessions.rules.telling import Standing

LOOKED_AHEAD = 60  # days in which a free one is looked for


@dataclass(frozen=True)
class Intention:
    """What sessions are to become, and what was read around their days to find that out, if anything was."""

    alterations: list[Alteration]
    surroundings: Surroundings | None = None


def moved(sessions: Iterable[CohortSession], *, days: int) -> list[Alteration]:
    """Each of `sessions` so many days later (earlier if negative), at the same hours by the wall clock."""
    return [
        Alteration.of(session, on_day(session.standing, session.day + timedelta(days=days))) for session in sessions
    ]


def cancelled(sessions: Iterable[CohortSession]) -> list[Alteration]:
    """None of `sessions` is held."""
    return [Alteration.cancelling(session) for session in sessions]


def taught_instead(sessions: Iterable[CohortSession], *, lecturer: Lecturer, by: Lecturer) -> list[Alteration]:
    """Those of `sessions` that `lecturer` teaches, with another in her place."""
    return [
        Alteration.of(session, lecturers=_replaced(session.lecturers.all(), lecturer, by))
        for session in sessions
        if lecturer in session.lecturers.all()
    ]


def on_free_days(sessions: Sequence[CohortSession]) -> Intention:
    """Each of `sessions` on the next day that suits and on which nothing is in its way, also not each other.

    They are of one region. One for which no such day is found stays where it is.
    """
    region = sessions[0].cohort.programme.region_id
    first, last = min(session.day for session in sessions), max(session.day for session in sessions)
    last += timedelta(days=LOOKED_AHEAD)
    around = Surroundings.read(region, first, last, cohorts={session.cohort_id for session in sessions})
    calendar = around.calendar
    selected = {session.pk for session in sessions}
    circumstances = calendar.circumstances
    booked: dict[date, list[Booking]] = defaultdict(list)

    def book(booking: Booking) -> None:
        for day in booking.days:
            booked[day].append(booking)

    for booking in calendar.bookings:
        if booking.session not in selected:
            book(booking)
    found: list[Alteration] = []
    for session in sorted(sessions, key=attrgetter("starts")):
        for distance in range(1, LOOKED_AHEAD + 1):
            day = session.day + distance * ONE_DAY
            if not is_plannable(day) or problem_with(day, blocked=around.blocked):
                continue
            alteration = Alteration.of(session, on_day(session.standing, day))
            booking = alteration.booking(expected=calendar.people.expected[session.cohort_id])
            that_day = [other for day in booking.days for other in booked[day]]
            in_its_way = clashes([booking], among=that_day, circumstances=circumstances)
            if all(clash.kind == Kind.SEATS for clash in in_its_way):
                found.append(alteration)
                book(booking)
                break
        else:
            found.append(Alteration.of(session))
    return Intention(found, around)


def proposed_anew(sessions: Sequence[CohortSession], *, first: date) -> Intention:
    """The sessions of one cohort, in order, on the days that the planner proposes from `first` on.

    The rhythm is that of `first`, such as the second Tuesday of the month; hours stay as they are.
    """
    region = sessions[0].cohort.programme.region_id
    rhythm = NthWeekday.of(first)
    wanted = [wish.day for wish in rhythm.wanted(first, [session.module.month_offset for session in sessions])]
    begin, end = min(wanted) - AROUND, max(wanted) + AROUND
    around = Surroundings.read(region, begin, end, cohorts={session.cohort_id for session in sessions})
    moved = {session.pk for session in sessions}  # none is in its own way, or in another's
    proposals = propose(
        [_step(session) for session in sessions],
        first=first,
        rhythm=rhythm,
        blocked=around.blocked,
        diary=Diary(engagements_in(around.calendar, begin, end, besides=moved)),
    )
    altered = [
        Alteration.of(session, on_day(session.standing, proposal.day))
        for session, proposal in zip(sessions, proposals, strict=True)
    ]
    return Intention(altered, around)


def on_day(standing: Standing, day: date) -> Standing:
    """The same on another local day, at the same hours by the wall clock."""
    distance = day - local_date(standing.starts)
    starts, ends = (timezone.localtime(moment) for moment in standing.time)
    return replace(standing, starts=at(day, starts.time()), ends=at(ends.date() + distance, ends.time()))


def _replaced(lecturers: Iterable[Lecturer], gone: Lecturer, new: Lecturer) -> list[Lecturer]:
    """`lecturers` with `new` in the place of `gone`, once."""
    return list(dict.fromkeys(new if lecturer == gone else lecturer for lecturer in lecturers))


def _step(session: CohortSession) -> Step:
    needs = [lecturer.pk for lecturer in session.lecturers.all()]
    return Step(session.module, clock_of(session), [*needs, *([session.venue_id] if session.venue_id else [])])
