"""Who among those who are or were enrolled needs that somebody does something: coordinator, manager or both."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from certificates.choices import Need
from participants.choices import EnrolmentStatus

# Whoever hasn't been placed by then won't be: parental leave is over long since.
PLACED_AT_LAST = timedelta(days=2 * 365)
# Later than this an absence is talked of no more.
ABSENCE_IS_FRESH = timedelta(days=183)
TOO_OFTEN = 2


@dataclass(frozen=True)
class Facts:
    """What the needs of one enrolment depend on. Moments are aware.

    `since` is when something last happened to it. `goes_on`: she has another enrolment in the programme, active or
    completed. `offers_end` is from when on her cohort makes no offers, if that is known. `missed` are the starts of the
    sessions from which she was absent without an excuse, and which she hasn't made up. `qualifies`: she has earned
    the certificate. `held` and `ahead` say whether her cohort has had a session, and has one to come.
    """

    status: str
    since: datetime
    goes_on: bool = False
    offers_end: datetime | None = None
    missed: tuple[datetime, ...] = ()
    qualifies: bool = False
    has_logged_in: bool = True
    held: bool = False
    ahead: bool = False


def needs_of(facts: Facts, *, now: datetime) -> frozenset[Need]:
    """What has to be done about an enrolment at `now`."""
    return frozenset(_needs(facts, now=now))


def _needs(facts: Facts, *, now: datetime) -> Iterator[Need]:
    if facts.status == EnrolmentStatus.OFFERED:
        yield Need.OFFER
    elif facts.status == EnrolmentStatus.WAITING and not _waits_in_vain(facts, now=now):
        yield Need.WAITING
    elif _is_not_placed(facts, now=now):
        yield Need.NOT_PLACED
    elif facts.status == EnrolmentStatus.ENROLLED:
        if _is_absent_too_often(facts, now=now):
            yield Need.ABSENT_TWICE
        if facts.held and facts.ahead and not facts.has_logged_in:
            yield Need.NOT_LOGGED_IN


def _waits_in_vain(facts: Facts, *, now: datetime) -> bool:
    """The cohort begins without those who still wait: they need another one."""
    return facts.offers_end is not None and facts.offers_end <= now


def _is_not_placed(facts: Facts, *, now: datetime) -> bool:
    """Deferred without a new cohort, or left on the list of one that begins.

    Who was rejected, declined or withdrawn has had a decision: nothing waits for anybody.
    """
    unplaced = facts.status in (EnrolmentStatus.DEFERRED, EnrolmentStatus.WAITING)
    return unplaced and not facts.goes_on and facts.since > now - PLACED_AT_LAST


def _is_absent_too_often(facts: Facts, *, now: datetime) -> bool:
    """Absent from two sessions or more without an excuse, lately, with the certificate still at stake."""
    fresh = any(start > now - ABSENCE_IS_FRESH for start in facts.missed)
    return len(facts.missed) >= TOO_OFTEN and fresh and not facts.qualifies
