"""Fifty cohorts of nine modules planned at once in a busy region, beside asking the database about every day.

Both propose the same dates with the same rules. Ours reads what is booked once, into a diary that is found by lecturer,
venue and day; the other asks for it each time that a day is considered.
"""

from __future__ import annotations

import time as clock
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.place import place_of_its_own

if TYPE_CHECKING:
    from uuid import UUID

    from sessions.rules.planning import Proposal

COHORTS, MODULES = 50, 9
BOOKED_COHORTS, LECTURERS, VENUES = 60, 12, 8
RUNS, ONE_SECOND = 5, 1.0
FIRST, NINE_O_CLOCK = date(2027, 1, 11), time(9)


@dataclass(frozen=True)
class Measured:
    """Seconds on the wall clock and of the processor, days that were considered, queries, and what was proposed."""

    seconds: float
    cpu: float
    days: int
    queries: int
    proposals: Sequence[Sequence[Proposal]]

    def __str__(self) -> str:
        each = self.seconds * 1_000 / COHORTS
        return f"{each:>14.2f}{self.seconds * 1_000:>12.0f}{self.cpu * 1_000:>10.0f}{self.days:>12}{self.queries:>10}"


def main() -> None:
    """Measure and print."""
    with place_of_its_own():
        region, needs = fill()
        measure(region, needs)  # the first run computes the holidays of each year
        ours = min((measure(region, needs) for _time in range(RUNS)), key=lambda measured: measured.seconds)
        naive = measure(region, needs, naive=True)
    moved = sum(1 for cohort in ours.proposals for proposal in cohort if proposal.reason)
    assert days_of(ours) == days_of(naive), "the same dates, however they are found"
    print(
        f"{COHORTS} cohorts × {MODULES} modules beside {BOOKED_COHORTS * MODULES} booked sessions; {moved} dates moved"
    )
    print(f"{'':26}{'ms per cohort':>14}{'ms in all':>12}{'CPU ms':>10}{'days':>12}{'queries':>10}")
    kept = "kept" if ours.seconds < ONE_SECOND else "BROKEN"
    print(f"{'one diary (ours)':26}{ours}   under a second: {kept}")
    print(f"{'a question for each day':26}{naive}")
    pairs = {
        "ms_per_cohort": ours.seconds * 1_000 / COHORTS,
        "seconds": ours.seconds,
        "cpu_seconds": ours.cpu,
        "days": ours.days,
        "naive_seconds": naive.seconds,
        "naive_to_ours": naive.seconds / ours.seconds,
    }
    print(" ".join(f"{name}={value:.2f}" for name, value in pairs.items()))


def days_of(measured: Measured) -> list[list[date]]:
    """What was proposed, without the reasons."""
    return [[proposal.day for proposal in cohort] for cohort in measured.proposals]


def fill() -> tuple[Any, list[list[UUID]]]:
    """A region whose lecturers and venues are booked most days, and what each module is to have."""
    from sessions.models import CohortSession
    from tests import factories

    region = factories.RegionFactory()
    lecturers = factories.LecturerFactory.create_batch(LECTURERS, region=region)
    venues = factories.VenueFactory.create_batch(VENUES, region=region)
    programme = factories.ProgrammeFactory(region=region, modules=MODULES)
    modules = list(programme.current_modules)
    for number in range(BOOKED_COHORTS):
        cohort = factories.CohortFactory(programme=programme)
        begins = FIRST + timedelta(days=number % 5 + 7 * (number % 12))
        sessions = CohortSession.objects.bulk_create(
            CohortSession(
                cohort=cohort,
                module=module,
                starts=factories.local(begins + timedelta(weeks=4 * step), 9),
                ends=factories.local(begins + timedelta(weeks=4 * step), 16),
                venue=venues[(number + step) % VENUES],
            )
            for step, module in enumerate(modules)
        )
        for step, session in enumerate(sessions):
            session.lecturers.add(lecturers[(number + step) % LECTURERS])
    for lecturer in lecturers:
        factories.UnavailabilityFactory(lecturer=lecturer, first=FIRST, last=FIRST + timedelta(days=20))
    needs = [[lecturers[step % LECTURERS].pk, venues[step % VENUES].pk] for step in range(MODULES)]
    return region, needs


def measure(region: Any, needs: list[list[UUID]], *, naive: bool = False) -> Measured:
    """Propose for every cohort, from reading what is booked to the last date."""
    from django.db import connection
    from django.db.models import Q
    from django.test.utils import CaptureQueriesContext

    from cohorts.models import Module
    from sessions.clashes.reading import planners_calendar, registers_of
    from sessions.models import CohortSession, Unavailability
    from sessions.planning.planner import engagements_in
    from sessions.rules.clashes import Kind
    from sessions.rules.diary import Diary, Engagement
    from sessions.rules.planning import Step, propose
    from sessions.rules.rhythms import NthWeekday

    class Counted(frozenset[date]):
        """Days to avoid, none, that count how often one is looked for: once for each day that is considered."""

        looks = 0

        def __contains__(self, day: object) -> bool:
            type(self).looks += 1
            return super().__contains__(day)

    class Questions(Diary):
        """Asks the database each time."""

        def engagements(self, whom: Collection[UUID], *, starts: datetime, ends: datetime) -> list[Engagement]:
            at_that_time = CohortSession.objects.held_or_planned().filter(starts__lt=ends, ends__gt=starts)
            taken = at_that_time.filter(Q(venue__in=whom) | Q(lecturers__in=whom)).exists()
            away = Unavailability.objects.filter(lecturer__in=whom, first__lte=starts, last__gte=starts).exists()
            return [Engagement(Kind.AWAY, region.pk, "", starts, ends)] if taken or away else []

    outlines = list(Module.objects.filter(programme__region=region).order_by("number"))
    steps = [Step(outline, NINE_O_CLOCK, needed) for outline, needed in zip(outlines, needs, strict=True)]
    last = FIRST + timedelta(days=730)
    with CaptureQueriesContext(connection) as queries:
        began, used = clock.perf_counter(), clock.process_time()
        diary: Diary = Questions()
        if not naive:
            registers = registers_of([region.pk], first=FIRST)
            calendar = planners_calendar(registers, region.pk, first=FIRST, last=last)
            diary = Diary(engagements_in(calendar, FIRST, last))
        proposals = []
        for number in range(COHORTS):
            first = FIRST + timedelta(days=number % 5 + 7 * (number // 5))
            proposals.append(propose(steps, first=first, rhythm=NthWeekday.of(first), avoid=Counted(), diary=diary))
        seconds, cpu = clock.perf_counter() - began, clock.process_time() - used
    return Measured(seconds, cpu, Counted.looks, len(queries), proposals)


if __name__ == "__main__":
    main()
