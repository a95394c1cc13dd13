"""When planned messages are due, and which can be planned. Pure: no database, clock or request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext as _

from common.clock import STOCKHOLM, at, local_date
from messaging.choices import Channel
from messaging.rules import EVENING, MORNING, is_daytime
from sessions.choices import StepKind, Unit

MOST_STEPS = 8
# How many days or hours from the session a message can be.
FARTHEST = {
    (StepKind.REMINDER, Unit.DAYS): 60,
    (StepKind.REMINDER, Unit.HOURS): 48,
    (StepKind.PREPARATION, Unit.DAYS): 60,
    (StepKind.EVALUATION, Unit.DAYS): 30,
    (StepKind.EVALUATION, Unit.HOURS): 48,
}
ON_TIME = timedelta(hours=1)  # who reads it so long before the session can still act on it
WAKING, DUSK = time(MORNING), time(EVENING - 1)
EIGHT = time(8)
# A message that couldn't be sent is worth sending this much later; one before the session never once it has begun.
KEPT = {StepKind.REMINDER: timedelta(days=2), StepKind.PREPARATION: timedelta(days=7)}
# Who was present may be marked days after the session.
EVALUATION_KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Timing:
    """What is sent, and how far from the session: `amount` days at the local `clock`, or `amount` real hours."""

    kind: StepKind
    amount: int
    unit: Unit
    clock: time | None
    channel: Channel = Channel.EMAIL

    @property
    def distance(self) -> str:
        """By which a plan and the keys of its messages tell steps of one kind apart: "14d", "2h"."""
        return f"{self.amount}{self.unit[0]}"

    @property
    def sameness(self) -> tuple[StepKind, str, Channel]:
        """What makes it the same step in another plan: whatever the clock, nobody gets it twice."""
        return self.kind, self.distance, self.channel


# What holds where nobody has decided anything: two weeks before, to plan the day, and the day before.
STANDARD = (
    Timing(StepKind.REMINDER, 14, Unit.DAYS, EIGHT),
    Timing(StepKind.REMINDER, 1, Unit.DAYS, EIGHT),
)


def due(timing: Timing, *, starts: datetime, ends: datetime) -> datetime:
    """When a message is due for a session.

    Days are counted on the calendar, so that eight o'clock is eight o'clock on both sides of a change to summer time;
    hours are real ones. What they put into the night is moved out of it.
    """
    sign, start = (1, ends) if timing.kind.comes_after else (-1, starts)
    if timing.clock is not None:
        return at(local_date(start) + sign * timedelta(days=timing.amount), timing.clock)
    moment = start.astimezone(UTC) + sign * timedelta(hours=timing.amount)
    return _in_the_morning(moment) if timing.kind.comes_after else _out_of_the_night(moment, starts=starts)


def expires(timing: Timing, due_at: datetime, *, starts: datetime) -> datetime:
    """Until when it is worth sending."""
    if timing.kind.comes_after:
        return due_at + EVALUATION_KEPT
    return min(starts, due_at + KEPT[timing.kind])


def in_order(timing: Timing) -> tuple[bool, float, str]:
    """Sorts steps as they are sent: those before the session first, the earliest of them first."""
    hours = timing.amount * (24 if timing.unit == Unit.DAYS else 1)
    after = timing.kind.comes_after
    return after, hours if after else -hours, timing.channel


def refusal_of_step(timing: Timing, *, others: Collection[Timing]) -> str | None:
    """Say why `timing` can't be in a plan that holds `others`."""
    farthest = FARTHEST.get((timing.kind, timing.unit))
    if farthest is None:
        return _("What to prepare is sent some days before, so that there is time for it.")
    if not 1 <= timing.amount <= farthest:
        return (
            _("Enter a number of days between 1 and %(most)d.")
            if timing.unit == Unit.DAYS
            else _("Enter a number of hours between 1 and %(most)d.")
        ) % {"most": farthest}
    if timing.channel == Channel.SMS and timing.kind != StepKind.REMINDER:
        return _("Only reminders are short enough for SMS.")
    if any(timing.sameness == other.sameness for other in others):
        return _("The plan has that message already.")
    if len(others) >= MOST_STEPS:
        return _("A plan holds at most %(most)d messages.") % {"most": MOST_STEPS}
    return None


def refusal_of_clock(clock: time) -> str | None:
    """Say why nothing is sent at that time of day."""
    if MORNING <= clock.hour < EVENING:
        return None
    return _("Choose a time between %(morning)d:00 and %(evening)d:59: people are left in peace at night.") % {
        "morning": MORNING,
        "evening": EVENING - 1,
    }


def _out_of_the_night(moment: datetime, *, starts: datetime) -> datetime:
    """`moment` by day: seven in the morning if that is an hour before the session, else seven the evening before."""
    local = moment.astimezone(STOCKHOLM)
    if is_daytime(local):
        return moment
    if local.hour >= EVENING:
        return at(local.date(), DUSK)
    morning = at(local.date(), WAKING)
    return morning if starts - morning >= ON_TIME else at(local.date() - timedelta(days=1), DUSK)


def _in_the_morning(moment: datetime) -> datetime:
    """`moment`, or the morning after if it is at night."""
    local = moment.astimezone(STOCKHOLM)
    if is_daytime(local):
        return moment
    return at(local.date() + timedelta(days=local.hour >= EVENING), WAKING)
