"""What becomes of two people who turn out to be one: whose enrolment holds, and which employments are one.

Each rule sees what the person who is kept has, and what the other has, and says whose it is to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations
from uuid import UUID

from django.utils.translation import gettext as _

from participants.choices import ACTIVE, EnrolmentStatus

# What someone has in a programme, the weakest first; what has ended comes before all of it.
STRENGTH = (
    EnrolmentStatus.APPLIED,
    EnrolmentStatus.WAITING,
    EnrolmentStatus.OFFERED,
    EnrolmentStatus.ENROLLED,
    EnrolmentStatus.COMPLETED,
)


@dataclass(frozen=True)
class Claim:
    """An enrolment. `attended` are the sessions of its cohort that the person has attended."""

    enrolment: UUID
    programme: UUID
    cohort: UUID
    status: str
    applied: datetime
    attended: int = 0

    @property
    def holds(self) -> bool:
        """Whether it is all that she can have in the programme."""
        return self.status in (*ACTIVE, EnrolmentStatus.COMPLETED)

    @property
    def strength(self) -> tuple[int, int, float]:
        """The greater, the stronger; between equals the earlier application counts."""
        rank = STRENGTH.index(EnrolmentStatus(self.status)) + 1 if self.holds else 0
        return rank, self.attended, -self.applied.timestamp()


@dataclass(frozen=True)
class Settlement:
    """What becomes of the enrolments: those that end, and those that change hands. The others stay where they are."""

    ends: frozenset[UUID]
    to_kept: frozenset[UUID]
    to_other: frozenset[UUID]


def settle(kept: Sequence[Claim], other: Sequence[Claim]) -> Settlement:
    """Let everything follow the person who is kept, as far as one person can have it.

    In a programme one enrolment holds: the weaker of two ends. In a cohort she has one: the weaker is the other's.
    """
    ends = set()
    for programme in {claim.programme for claim in (*kept, *other)}:
        holding = [claim for claim in (*kept, *other) if claim.programme == programme and claim.holds]
        weaker = sorted(holding, key=_strength)[:-1]
        # What has been completed stays so, also in two cohorts.
        ends |= {claim.enrolment for claim in weaker if claim.status != EnrolmentStatus.COMPLETED}
    to_kept, to_other = {claim.enrolment for claim in other}, set()
    for mine in kept:
        for theirs in other:
            if mine.cohort == theirs.cohort:
                if _strength(mine) >= _strength(theirs):
                    to_kept.discard(theirs.enrolment)
                    ends |= {theirs.enrolment} if theirs.holds else set()
                else:
                    to_other.add(mine.enrolment)
                    ends |= {mine.enrolment} if mine.holds else set()
    return Settlement(frozenset(ends), frozenset(to_kept), frozenset(to_other))


def _strength(claim: Claim) -> tuple[tuple[int, int, float], str]:
    return claim.strength, str(claim.enrolment)


@dataclass(frozen=True)
class Spell:
    """A period of employment. Both days are included; `ends` is None while it lasts."""

    employment: UUID
    municipality: UUID
    starts: date
    ends: date | None = None

    def overlaps(self, other: Spell) -> bool:
        """Whether the two have a day in common."""
        return self.starts <= (other.ends or date.max) and other.starts <= (self.ends or date.max)

    def with_days_of(self, other: Spell) -> Spell:
        """The period from the first day of both to the last."""
        ends = max(self.ends, other.ends) if self.ends and other.ends else None
        return replace(self, starts=min(self.starts, other.starts), ends=ends)


@dataclass(frozen=True)
class Union:
    """The employments of both as one person's. `absorbed`: the other's, by the kept's that stands for it."""

    kept: tuple[Spell, ...]
    moved: tuple[Spell, ...]
    absorbed: dict[UUID, UUID]
    clashes: tuple[tuple[Spell, Spell], ...] = ()


def unite(kept: Sequence[Spell], other: Sequence[Spell]) -> Union:
    """Make one row of employments of two; two that overlap with different employers clash, and nothing can be made.

    With the same employer the kept one stands for both, from the first day to the last where that meets no third.
    """
    clashes = [
        (mine, theirs)
        for mine in kept
        for theirs in other
        if mine.overlaps(theirs) and mine.municipality != theirs.municipality
    ]
    united = {mine.employment: mine for mine in kept}
    moved, absorbed = [], {}
    for theirs in other:
        same = [mine for mine in kept if mine.overlaps(theirs)]
        if same:
            absorbed[theirs.employment] = same[0].employment
        else:
            moved.append(theirs)
    for theirs in other:
        if (place := absorbed.get(theirs.employment)) is not None:
            wider = united[place].with_days_of(theirs)
            rest = [mine for mine in united.values() if mine.employment != place] + moved
            if not any(wider.overlaps(spell) for spell in rest):
                united[place] = wider
    return Union(tuple(united.values()), tuple(moved), absorbed, tuple(clashes))


def overlap(spells: Iterable[Spell]) -> bool:
    """Whether any two of one person's employments have a day in common."""
    return any(one.overlaps(other) for one, other in combinations(spells, 2))


@dataclass(frozen=True)
class Identity:
    """A registered person, as it matters for whether she may be merged."""

    person: UUID
    region: UUID
    merged: bool


def refusal_to_merge(kept: Identity, other: Identity) -> str | None:
    """Whether two can be merged: two of one region, neither of which has been merged already."""
    if kept.person == other.person:
        return _("Choose someone else: this is the same record.")
    if kept.region != other.region:
        return _("People of different regions can't be merged.")
    if kept.merged or other.merged:
        return _("One of the two has been merged already.")
    return None


def refusal_of_clash(one: str, other: str) -> str:
    """Why two employments can't be one person's, and what to do, by the names of the municipalities."""
    return _(
        "The two are employed by %(one)s and %(other)s at the same time. Register the change of employer first, "
        "or correct the first or last day of employment."
    ) % {"one": one, "other": other}
