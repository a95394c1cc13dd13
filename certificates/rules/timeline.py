"""What a person's timeline is made of, and who may see which part of it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from certificates.choices import TimelineKind
from common.clock import local_date


class Worked(NamedTuple):
    """A period with one employer, both days included; it lasts as long as `ends` is empty."""

    municipality: UUID
    starts: date
    ends: date | None


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened to a person, or was sent about her.

    `by` is who did it, empty if the portal did. `municipality` is the employer whose time it belongs to. What was sent
    to somebody else than herself has that `reader`, by e-mail address. `tone` and `state` say what became of it; of
    what `is_a_day` no hour is known.
    """

    at: datetime
    kind: TimelineKind
    text: str
    about: str = ""
    by: str = ""
    reason: str = ""
    municipality: UUID | None = None
    reader: str = ""
    url: str = ""
    tone: str = ""
    state: str = ""
    is_a_day: bool = False


class Month(NamedTuple):
    """What happened in one month, the latest first; `first` is its first day."""

    first: date
    entries: tuple[TimelineEntry, ...]


def may_see(entry: TimelineEntry, *, coordinates: bool, municipalities: Collection[UUID], address: str) -> bool:
    """Whether somebody may see an entry: coordinators of the region do.

    A manager of `municipalities` sees what belongs to the time with one of them, and of what was sent to other readers
    only what was sent to her own `address`.
    """
    if coordinates:
        return True
    if entry.reader and entry.reader.casefold() != address.casefold():
        return False
    return entry.municipality in municipalities


def employer_on(day: date, periods: Iterable[Worked]) -> UUID | None:
    """The employer on a local `day`: between two employments the next one, after the last that one; None without any.

    Who is enrolled before her first day belongs to the employer who enrolled her.
    """
    in_order = sorted(periods, key=lambda period: period.starts)
    for period in in_order:
        if period.ends is None or day <= period.ends:
            return period.municipality
    return in_order[-1].municipality if in_order else None


def by_month(entries: Iterable[TimelineEntry]) -> Iterator[Month]:
    """Group `entries`, which are in order of time, by the local month."""
    for first, found in groupby(entries, key=lambda entry: local_date(entry.at).replace(day=1)):
        yield Month(first, tuple(found))
