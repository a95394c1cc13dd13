"""Plans of messages for tests."""

from datetime import datetime, time
from typing import Any

from messaging.choices import Channel
from sessions.choices import StepKind, Unit
from sessions.models import MessagePlan, PlanStep
from sessions.plans.reading import Owner, column_of
from sessions.rules.plans import EIGHT, Timing


def days(
    amount: int, kind: StepKind = StepKind.REMINDER, *, clock: time = EIGHT, channel: Channel = Channel.EMAIL
) -> Timing:
    """So many days before the session, or after it, at `clock`."""
    return Timing(kind, amount, Unit.DAYS, clock, channel)


def hours(amount: int, kind: StepKind = StepKind.REMINDER, *, channel: Channel = Channel.EMAIL) -> Timing:
    """So many hours before the session, or after it."""
    return Timing(kind, amount, Unit.HOURS, None, channel)


def planned(owner: Owner, *timings: Timing, since: datetime | None = None) -> MessagePlan:
    """A plan of `owner`'s own that holds `timings`."""
    plan = MessagePlan.objects.create(**column_of(owner))
    PlanStep.objects.bulk_create(PlanStep(plan=plan, since=since, **fields(timing)) for timing in timings)
    return plan


def fields(timing: Timing) -> dict[str, Any]:
    """The columns of a step."""
    return vars(timing)
