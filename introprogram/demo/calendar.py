"""When the demo region's cohorts meet, so that one is always finished, one under way and one open for application."""

from collections.abc import Callable, Sequence
from datetime import date, time, timedelta

from sessions.rules.planning import Outline, Proposal, Step, propose
from sessions.rules.rhythms import NthWeekday

BEGIN = time(9)
TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3


def finished(modules: Sequence[Outline], today: date) -> list[Proposal]:
    """Dates of which the last is two to ten weeks ago."""
    return _search(
        modules,
        start=today - timedelta(days=230),
        weekday=TUESDAY,
        suits=lambda days: 14 <= (today - days[-1]).days <= 70,
    )


def under_way(modules: Sequence[Outline], today: date) -> list[Proposal]:
    """Dates of which four are past, and the fifth is at least two days ahead."""
    return _search(
        modules,
        start=today - timedelta(days=77),
        weekday=THURSDAY,
        suits=lambda days: days[3] < today and (days[4] - today).days >= 2,
    )


def ahead(modules: Sequence[Outline], today: date, *, weekday: int = TUESDAY) -> list[Proposal]:
    """Dates of which the first is at least seven weeks ahead, so that people can apply now."""
    day = today + timedelta(days=70)
    return _search(modules, start=day, weekday=weekday, suits=lambda days: (days[0] - today).days >= 49)


def _search(
    modules: Sequence[Outline], *, start: date, weekday: int, suits: Callable[[list[date]], bool]
) -> list[Proposal]:
    """The planner's own proposals, for the latest first day up to `start`, and at most a year before, that suits."""
    steps = [Step(module, BEGIN) for module in modules]
    latest = start - timedelta(days=(start.weekday() - weekday) % 7)
    for weeks in range(52):
        first = latest - timedelta(weeks=weeks)
        proposals = propose(steps, first=first, rhythm=NthWeekday.of(first))
        if suits([proposal.day for proposal in proposals]):
            return proposals
    raise LookupError(f"no first day in the year before {start} suits")
