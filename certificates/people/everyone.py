"""Everyone whom a user follows, an enrolment a line, as the list filters and counts them and as needs are found.

Lines are thin: a thousand of them are read in a few queries, and only those on a page are loaded in full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, F, Max, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import User
from certificates.choices import Need
from certificates.rules.needs import Facts, needs_of
from cohorts.models import Cohort
from common.clock import local_date
from common.pages import FEW_ROWS
from common.search import words_of
from participants.choices import ACTIVE, EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent, Offer
from participants.rules.seats import offers_end
from sessions.attendance.ledger import Ledger, Standing, Step, ledger_of
from sessions.choices import Mark, ProgressState, StepState
from sessions.models import CohortSession

BY_NAME, BY_CHANGE = "name", "changed"
FOUND = "found"
ORDERS: dict[str, tuple[str, ...]] = {
    BY_NAME: ("participant__last_name", "participant__first_name", "-applied", "pk"),
    BY_CHANGE: ("-changed", "pk"),
}


@dataclass(frozen=True)
class Line:
    """One enrolment: what it is filtered by (the name of each filter, with the values that find it), what it needs.

    `standing` is known of those who take part and haven't finished, of everyone where they are few; `expires` is when
    her open offer does.
    """

    pk: UUID
    participant: UUID
    cohort: UUID
    status: str
    expires: datetime | None
    standing: Standing | None
    missed: tuple[int, ...]
    needs: frozenset[Need]
    found_by: Mapping[str, Collection[str]]

    def fits(self, wanted: Mapping[str, str], *, apart_from: str = "") -> bool:
        """Whether every filter of `wanted` that has a value finds it, but for the one named `apart_from`."""
        return all(value in self.found_by[name] for name, value in wanted.items() if value and name != apart_from)


@dataclass(frozen=True)
class Everyone:
    """All lines that a user sees, in order, and what they are about: cohorts and names of municipalities, by id.

    The filter "search" has one value, FOUND, if there was a search.
    """

    lines: Sequence[Line]
    cohorts: Mapping[UUID, Cohort]
    municipalities: Mapping[str, str]
    ledger: Ledger

    def wanted(self, wanted: Mapping[str, str]) -> list[Line]:
        """The lines that fit `wanted`."""
        return [line for line in self.lines if line.fits(wanted)]

    def count(self, name: str, wanted: Mapping[str, str] | None = None) -> Counter[str]:
        """How many lines each value of the filter `name` would leave, with the others as they are in `wanted`."""
        counted: Counter[str] = Counter()
        for line in self.lines:
            if line.fits(wanted or {}, apart_from=name):
                counted.update(line.found_by[name])
        return counted


def everyone(user: User, *, now: datetime, order: str = BY_NAME, words: str = "") -> Everyone:
    """Read whom `user` follows, by name or the latest change first, in six queries however many there are.

    Those in whose name, address or reference `words` are found can be filtered by that.
    """
    enrolments = list(_enrolments(user, words).order_by(*ORDERS.get(order, ORDERS[BY_NAME])))
    cohorts = _cohorts({enrolment.cohort_id for enrolment in enrolments})
    for enrolment in enrolments:
        enrolment.cohort = cohorts[enrolment.cohort_id]
    ledger = ledger_of(cohorts.values(), reader=user, now=now)
    few = len(enrolments) <= FEW_ROWS  # all are on one page: then they are read at once
    found = ledger.standings(row for row in enrolments if few or row.status == EnrolmentStatus.ENROLLED)
    return Everyone(
        lines=[_line(enrolment, found.get(enrolment.pk), now=now) for enrolment in enrolments],
        cohorts=cohorts,
        municipalities={str(row.municipality_id): row.municipality_name for row in enrolments},
        ledger=ledger,
    )


def _enrolments(user: User, words: str) -> Any:
    """With `changed`, when something last happened to it; `goes_on`, of the deferred; `expires`, of the offered."""
    events = EnrolmentEvent.objects.filter(enrolment=OuterRef("pk")).order_by()
    latest = events.values("enrolment").annotate(latest=Max("at")).values("latest")
    others = Enrolment.objects.filter(
        participant=OuterRef("participant"),
        programme=OuterRef("programme"),
        status__in=[*ACTIVE, EnrolmentStatus.COMPLETED],
    )
    open_offers = Offer.objects.open().filter(enrolment=OuterRef("pk"))
    return (
        Enrolment.objects.visible_to(user)
        .only("participant", "cohort", "programme", "municipality", "status", "applied")
        .annotate(
            changed=Coalesce(Subquery(latest), F("applied")),
            goes_on=Case(
                When(status=EnrolmentStatus.DEFERRED, then=Exists(others)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            expires=Subquery(open_offers.values("expires")[:1]),
            last_login=F("participant__user__last_login"),
            municipality_name=F("municipality__name"),
            found=_is_among(words),
        )
    )


def _is_among(words: str) -> Case | Value:
    """Whether an enrolment is one that `words` find: the people are looked up once, by their index."""
    if not words_of(words):
        return Value(False, output_field=BooleanField())
    return Case(When(pk__in=Enrolment.objects.search(words).values("pk"), then=Value(True)), default=Value(False))


def _cohorts(pks: Collection[UUID]) -> dict[UUID, Any]:
    """With `first_session`, when its first session starts, if one is planned."""
    sessions = CohortSession.objects.held_or_planned().filter(cohort=OuterRef("pk")).order_by("starts")
    found = Cohort.objects.select_related("programme__region").annotate(
        first_session=Subquery(sessions.values("starts")[:1])
    )
    return found.in_bulk(pks)


def _line(enrolment: Any, standing: Standing | None, *, now: datetime) -> Line:
    facts = _facts(enrolment, standing, now=now)
    needs = needs_of(facts, now=now)
    return Line(
        pk=enrolment.pk,
        participant=enrolment.participant_id,
        cohort=enrolment.cohort_id,
        status=enrolment.status,
        expires=enrolment.expires,
        standing=standing,
        missed=tuple(step.module.number for step in _missed(standing)),
        needs=needs,
        found_by={
            "status": (enrolment.status,),
            "cohort": (str(enrolment.cohort_id),),
            "programme": (str(enrolment.programme_id),),
            "municipality": (str(enrolment.municipality_id),),
            "progress": _progress(enrolment, standing),
            "need": needs,
            "search": (FOUND,) if enrolment.found else (),
        },
    )


def _progress(enrolment: Enrolment, standing: Standing | None) -> Collection[str]:
    if enrolment.status == EnrolmentStatus.COMPLETED:
        return (ProgressState.COMPLETE,)
    return (standing.progress.state,) if standing and enrolment.status == EnrolmentStatus.ENROLLED else ()


def _facts(enrolment: Any, standing: Standing | None, *, now: datetime) -> Facts:
    first = enrolment.cohort.first_session
    stop_days = enrolment.cohort.region.offers_stop_days
    sessions = [step.session for step in standing.steps if step.session] if standing else []
    return Facts(
        status=enrolment.status,
        since=enrolment.changed,
        goes_on=enrolment.goes_on,
        offers_end=offers_end(local_date(first) if first else None, stop_days=stop_days),
        missed=tuple(step.session.starts for step in _missed(standing) if step.session),
        qualifies=standing is not None and standing.progress.qualifies,
        has_logged_in=enrolment.last_login is not None,
        held=any(session.ends <= now for session in sessions),
        ahead=any(session.ends > now for session in sessions),
    )


def _missed(standing: Standing | None) -> list[Step]:
    """The steps from which she was absent without an excuse, and which she hasn't made up."""
    steps = standing.steps if standing else ()
    return [step for step in steps if step.state == StepState.MISSED and step.mark == Mark.ABSENT]
