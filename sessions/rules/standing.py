"""How a session stands: what has become of it, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from common.clock import local_date


class Stage(StrEnum):
    """From the plan to the register."""

    CANCELLED = "cancelled"
    MARKED = "marked"
    UNATTENDED = "unattended"
    UNMARKED = "unmarked"
    TODAY = "today"
    AHEAD = "ahead"


class Lack(StrEnum):
    """What a session that is to be held must have; the worst first."""

    VENUE = "venue_missing"
    LECTURER = "lecturer_missing"


def stage_of(*, starts: datetime, ends: datetime, cancelled: bool, marked: int, expected: int, now: datetime) -> Stage:
    """`marked` of the `expected` people are on the register; one with marks has been held, whatever the clock says.

    One that is over and has no marks is unmarked, unless nobody was expected.
    """
    if cancelled:
        return Stage.CANCELLED
    if marked:
        return Stage.MARKED
    if ends <= now:
        return Stage.UNMARKED if expected else Stage.UNATTENDED
    return Stage.TODAY if local_date(starts) == local_date(now) else Stage.AHEAD


def lacks(*, has_place: bool, has_lecturer: bool) -> Iterator[Lack]:
    """What is still to be decided; a link is a place, too."""
    if not has_place:
        yield Lack.VENUE
    if not has_lecturer:
        yield Lack.LECTURER
