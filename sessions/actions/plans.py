"""Plans of messages: a cohort, programme or region gets its own, changes it, or follows the next level's again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.fingerprints import fingerprint
from common.locking import lock
from sessions.actions.scope import require_coordinator
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.models import MessagePlan, PlanStep
from sessions.plans.reading import Owner, column_of, plan_of, region_of
from sessions.rules.plans import Timing, in_order, refusal_of_step


@transaction.atomic
def own_plan(*, owner: Owner, by: User, now: datetime) -> MessagePlan:
    """Give a cohort, programme or region its own plan: for now it says what held before, so nothing changes.

    Locks the owner; if it has a plan of its own already, that one is returned.
    Raises PlanningRefused if `by` doesn't coordinate the region.
    """
    owner = lock(owner)
    _require_coordinator(by, owner)
    held = plan_of(owner)
    plan, created = MessagePlan.objects.get_or_create(**column_of(owner))
    if not created and plan.follows is None:
        return plan
    plan.follows = None
    plan.save(update_fields=["follows"])
    PlanStep.objects.bulk_create(_step(plan, step.timing, since=step.since) for step in held.steps)
    _record("plan.begun", owner, by=by, now=now, after=_words(held.timings))
    return plan


@transaction.atomic
def follow_plan(*, plan: MessagePlan, by: User, now: datetime) -> None:
    """Give up the plan: from now on what holds one level up holds. What was due there before isn't made up for.

    Raises PlanningRefused if `by` doesn't coordinate the region.
    """
    plan = lock(plan)
    owner = plan.owner
    _require_coordinator(by, owner)
    if plan.follows is not None:
        return
    before = _words(step.timing for step in plan.steps.all())
    plan.steps.all().delete()
    plan.follows = now
    plan.save(update_fields=["follows"])
    _record("plan.given_up", owner, by=by, now=now, before=before)


@transaction.atomic
def add_step(*, plan: MessagePlan, timing: Timing, by: User, now: datetime) -> PlanStep:
    """Add a message to the plan, for what isn't due yet.

    Raises PlanningRefused if `by` doesn't coordinate the region or the plan can't hold it, and ChangedMeanwhile if the
    plan has been given up.
    """
    plan = _locked(plan, by=by)
    _refuse(plan, timing)
    step = _step(plan, timing, since=now)
    step.save(force_insert=True)
    _record("plan.changed", plan.owner, by=by, now=now, after=_words([timing]))
    return step


@transaction.atomic
def change_step(*, step: PlanStep, timing: Timing, seen: str, by: User, now: datetime) -> PlanStep:
    """Replace what a step says. `seen` is the fingerprint of what `by` was looking at.

    At another distance it is another message, and counts from now on; another time of day only moves it.
    Raises PlanningRefused as add_step does, and ChangedMeanwhile if someone else was first.
    """
    plan = _locked(step.plan, by=by)
    step = lock(step)
    before = step.timing
    if fingerprint(before) != seen:
        raise ChangedMeanwhile(_("Someone else has changed the message since you opened the page."))
    if timing == before:
        return step
    _refuse(plan, timing, besides=step)
    since = step.since if timing.sameness == before.sameness else now
    changed = _step(plan, timing, since=since)
    for field in ("kind", "amount", "unit", "clock", "channel", "since"):
        setattr(step, field, getattr(changed, field))
    step.save()
    _record("plan.changed", plan.owner, by=by, now=now, before=_words([before]), after=_words([timing]))
    return step


@transaction.atomic
def remove_step(*, step: PlanStep, by: User, now: datetime) -> None:
    """Take a message out of the plan. Raises PlanningRefused if `by` doesn't coordinate the region."""
    plan = _locked(step.plan, by=by)
    step = lock(step)
    _record("plan.changed", plan.owner, by=by, now=now, before=_words([step.timing]))
    step.delete()


def _locked(plan: MessagePlan, *, by: User) -> MessagePlan:
    plan = lock(plan)
    _require_coordinator(by, plan.owner)
    if plan.follows is not None:
        raise ChangedMeanwhile(_("Someone else has given up the plan since you opened the page."))
    return plan


def _require_coordinator(by: User, owner: Owner) -> None:
    require_coordinator(by, region_of(owner).pk)


def _refuse(plan: MessagePlan, timing: Timing, *, besides: PlanStep | None = None) -> None:
    others = [step.timing for step in plan.steps.all() if step != besides]
    if refusal := refusal_of_step(timing, others=others):
        raise PlanningRefused(refusal)


def _step(plan: MessagePlan, timing: Timing, *, since: datetime | None) -> PlanStep:
    return PlanStep(
        plan=plan,
        kind=timing.kind,
        amount=timing.amount,
        unit=timing.unit,
        clock=timing.clock,
        channel=timing.channel,
        since=since,
    )


def _words(timings: Iterable[Timing]) -> dict[str, str]:
    """What the log keeps: each message by its distance, with the time of day where it has one."""
    return {
        f"{timing.kind}:{timing.distance}:{timing.channel}": f"{timing.clock:%H:%M}" if timing.clock else ""
        for timing in sorted(timings, key=in_order)
    }


def _record(
    action: str,
    owner: Owner,
    *,
    by: User,
    now: datetime,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    record(action, owner, by=by, now=now, scope=region_of(owner).pk, before=before, after=after)
