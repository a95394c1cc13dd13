"""A new cohort's sessions as they are proposed: dates by rules.planning, from everything the region has booked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from cohorts.models import Module, Programme
from common.clock import at
from sessions.clashes.advice import Surroundings, blocked_days
from sessions.clashes.calendar import Calendar, Registers
from sessions.clashes.reading import planners_calendar
from sessions.models import CohortSession, Lecturer, Venue
from sessions.planning.copying import Earlier, clock_of
from sessions.rules.clashes import Kind
from sessions.rules.days import ONE_DAY
from sessions.rules.diary import Diary, Engagement
from sessions.rules.planning import Proposal, Step, propose
from sessions.rules.rhythms import Rhythm

# How far from the dates of the rhythm the planner looks, and a little more.
AROUND = timedelta(days=35)


@dataclass(frozen=True)
class Wish:
    """What the session of a module should have beside a date. `followed` is the one whose material is copied."""

    module: Module
    starts: time
    venue: Venue | None = None
    lecturers: Sequence[Lecturer] = ()
    information: str = ""
    online_url: str = ""
    followed: CohortSession | None = None

    def as_step(self) -> Step:
        """What the rules must know of it."""
        needs = [lecturer.pk for lecturer in self.lecturers] + ([self.venue.pk] if self.venue else [])
        return Step(self.module, self.starts, needs)


@dataclass(frozen=True)
class Suggestion:
    """A wish with the date that is proposed for it, and what of the wish can be had that day."""

    wish: Wish
    proposal: Proposal

    @property
    def venue(self) -> Venue | None:
        """The wished one unless it is booked."""
        venue = self.wish.venue
        return None if venue is None or venue.pk in self._engaged else venue

    @property
    def lecturers(self) -> list[Lecturer]:
        """The wished ones but for those who are away or teach elsewhere."""
        return [lecturer for lecturer in self.wish.lecturers if lecturer.pk not in self._engaged]

    @property
    def _engaged(self) -> set[object]:
        return {engagement.whom for engagement in self.proposal.engaged}


@dataclass(frozen=True)
class Plan:
    """Suggestions in the order of the modules, and what is around them; `registers` are what a session can have."""

    programme: Programme
    suggestions: Sequence[Suggestion]
    around: Surroundings
    registers: Registers

    @property
    def moved(self) -> int:
        """How many dates aren't simply those of the rhythm."""
        return sum(1 for suggestion in self.suggestions if suggestion.proposal.reason)

    @property
    def left_out(self) -> list[tuple[Module, Engagement]]:
        """Who or what was wished for a module but can't be had on its day, and why."""
        return [
            (suggestion.wish.module, engagement)
            for suggestion in self.suggestions
            for engagement in suggestion.proposal.engaged
        ]


def plan_of(
    programme: Programme,
    wishes: Sequence[Wish],
    *,
    first: date,
    rhythm: Rhythm,
    after: date,
    avoid: Collection[date],
    registers: Registers,
) -> Plan:
    """Propose a date later than `after` for each of `wishes`, which are some, of a region that the user coordinates.

    `registers` hold those of the region, with the days from `after` on.
    """
    wanted = [wish.day for wish in rhythm.wanted(first, [wish.module.month_offset for wish in wishes])]
    begin, end = min(wanted) - AROUND, max(wanted) + AROUND
    region, registers = programme.region_id, registers.of(programme.region_id)
    calendar = planners_calendar(registers, region, first=begin, last=end)
    around = Surroundings(calendar, blocked_days([region], begin, end), begin, end)
    proposals = propose(
        [wish.as_step() for wish in wishes],
        first=first,
        rhythm=rhythm,
        after=after,
        avoid=avoid,
        blocked=around.blocked,
        diary=Diary(engagements_in(calendar, begin, end)),
    )
    suggestions = [Suggestion(wish, proposal) for wish, proposal in zip(wishes, proposals, strict=True)]
    return Plan(programme, suggestions, around, registers)


def wishes_for(
    modules: Sequence[Module],
    *,
    starts: time,
    venue: Venue | None = None,
    lecturer: Lecturer | None = None,
    earlier: Earlier | None = None,
) -> Iterator[Wish]:
    """What each session should have: what is chosen for all, otherwise as it was in the `earlier` cohort.

    A session that began at another time than most of its cohort keeps its own. Who or what is archived since is left
    out.
    """
    for module in modules:
        followed = earlier.session_of(module) if earlier else None
        if earlier is None or followed is None:
            yield Wish(module, starts, venue, [lecturer] if lecturer else [])
            continue
        yield Wish(
            module,
            starts=starts if clock_of(followed) == earlier.starts else clock_of(followed),
            venue=venue or (followed.venue if followed.venue and not followed.venue.archived else None),
            lecturers=[lecturer] if lecturer else [one for one in followed.lecturers.all() if not one.archived],
            information=followed.information,
            online_url=earlier.standing_link if followed.online_url else "",
            followed=followed,
        )


def engagements_in(
    calendar: Calendar, first: date, last: date, *, besides: Collection[UUID] = ()
) -> Iterator[Engagement]:
    """What takes lecturers and venues from `first` to `last`, both included, but for the sessions `besides`."""
    for booking in calendar.bookings:
        if booking.session in besides:
            continue
        cohort, when = calendar.sessions[booking.session].cohort.name, (booking.starts, booking.ends)
        for key in booking.lecturers:
            yield Engagement(Kind.LECTURER, key, calendar.lecturers[key].name, *when, cohort)
        if booking.venue:
            yield Engagement(Kind.VENUE, booking.venue, str(calendar.venues[booking.venue]), *when, cohort)
    for key, periods in calendar.away.items():
        name = calendar.lecturers[key].name
        for begins, ends in periods:
            day = max(begins, first)
            while day <= min(ends, last):
                yield Engagement(Kind.AWAY, key, name, at(day, time.min), at(day, time.max))
                day += ONE_DAY
