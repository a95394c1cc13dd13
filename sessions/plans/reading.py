"""Which plan of messages holds: a cohort's own, else its programme's, its region's, or the portal's standard."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Q

from cohorts.models import Cohort, Programme
from regions.models import Region
from sessions.models import MessagePlan
from sessions.rules.plans import STANDARD, Timing, in_order

Owner: TypeAlias = Region | Programme | Cohort


@dataclass(frozen=True)
class Step:
    """One message of the plan that holds; what was due before `since` isn't sent. `pk` is None in the standard."""

    timing: Timing
    since: datetime | None = None
    pk: UUID | None = None


@dataclass(frozen=True)
class Plan:
    """The steps that hold, as they are sent, and whose they are: None if they are the portal's standard."""

    steps: Sequence[Step]
    owner: Owner | None

    @property
    def timings(self) -> list[Timing]:
        return [step.timing for step in self.steps]


def plans_of(cohorts: Collection[Cohort]) -> Mapping[UUID, Plan]:
    """The plan that holds in each of `cohorts`, by its id, in two queries however many there are.

    Their programmes and regions should be loaded.
    """
    if not cohorts:
        return {}
    stored = _stored(
        Q(cohort__in=cohorts)
        | Q(programme__in={cohort.programme_id for cohort in cohorts})
        | Q(region__in={cohort.programme.region_id for cohort in cohorts})
    )
    return {cohort.pk: _plan(levels_of(cohort), stored) for cohort in cohorts}


def plan_of(owner: Owner) -> Plan:
    """The plan that holds for a cohort, or for those cohorts of a programme or region that have none of their own."""
    return _plan(levels_of(owner), _stored_of(levels_of(owner)))


def plan_above(owner: Owner) -> Plan:
    """What would hold for `owner` if it had no plan of its own."""
    above = levels_of(owner)[1:]
    return _plan(above, _stored_of(above))


def levels_of(owner: Owner) -> list[Owner]:
    """Whose plan can hold for `owner`, the nearest first."""
    match owner:
        case Cohort():
            return [owner, owner.programme, owner.programme.region]
        case Programme():
            return [owner, owner.region]
        case _:
            return [owner]


def region_of(owner: Owner) -> Region:
    """The region to which it belongs."""
    region = levels_of(owner)[-1]
    assert isinstance(region, Region)  # noqa: S101 -- every chain of levels ends with one
    return region


def column_of(owner: Owner) -> dict[str, Any]:
    """By which column a stored plan is that of `owner`."""
    return {owner._meta.model_name or "": owner}


def cohorts_following(owner: Owner, cohorts: Iterable[Cohort]) -> list[Cohort]:
    """Those of `cohorts` for which the plan of `owner` holds, or would hold if it had one. Takes two queries."""
    cohorts = list(cohorts)
    keys = {cohort.programme_id for cohort in cohorts}
    own = MessagePlan.objects.filter(Q(cohort__in=cohorts) | Q(programme__in=keys), follows=None)
    nearer = set(chain.from_iterable(own.values_list("cohort", "programme")))
    return [
        cohort
        for cohort in cohorts
        for levels in [levels_of(cohort)]
        if owner in levels and not any(level.pk in nearer for level in levels[: levels.index(owner)])
    ]


def _stored_of(levels: Iterable[Owner]) -> Mapping[UUID, MessagePlan]:
    found = Q()
    for level in levels:
        found |= Q(**column_of(level))
    return _stored(found) if found else {}


def _stored(condition: Q) -> Mapping[UUID, MessagePlan]:
    """The stored plans by the id of their owner."""
    plans = MessagePlan.objects.filter(condition).prefetch_related("steps")
    return {plan.cohort_id or plan.programme_id or plan.region_id: plan for plan in plans}  # type: ignore[misc]


def _plan(levels: Iterable[Owner], stored: Mapping[UUID, MessagePlan]) -> Plan:
    """The plan of the first level that has its own; its steps count from when the levels before came to follow."""
    follows: list[datetime] = []
    for owner in levels:
        plan = stored.get(owner.pk)
        if plan is None:
            continue
        if plan.follows is None:
            steps = [Step(step.timing, _latest(step.since, *follows), step.pk) for step in plan.steps.all()]
            return Plan(sorted(steps, key=lambda step: in_order(step.timing)), owner)
        follows.append(plan.follows)
    return Plan([Step(timing, _latest(*follows)) for timing in STANDARD], None)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
