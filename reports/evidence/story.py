"""What became of one message, step by step, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from messaging.choices import Channel, EventKind, Outcome, State
from messaging.models import DeliveryAttempt, Message, MessageEvent


@dataclass(frozen=True)
class Step:
    """Something that happened, and `why`. `said` is what a server or a provider said, in its own words; `by` is who did
    it, "" for the portal.
    """

    at: datetime
    text: str
    tone: str = ""
    why: str = ""
    said: str = ""
    by: str = ""


def story_of(message: Message) -> list[Step]:
    """Everything that happened to `message`, in its order. It comes with its attempts, and events with their actors."""
    steps = [
        Step(message.due, _("It was due.")),
        *(_attempted(attempt, message) for attempt in message.attempts.all()),
        *(_happened(event) for event in message.events.all()),
        *_ended(message),
    ]
    return sorted(steps, key=lambda step: step.at)


def _attempted(attempt: DeliveryAttempt, message: Message) -> Step:
    by_sms = message.channel == Channel.SMS
    text, tone = {
        Outcome.ACCEPTED: (_("The SMS service took it.") if by_sms else _("The mail server took it."), "ok"),
        Outcome.TEMPORARY: (_("It was refused for now."), "warning"),
        Outcome.PERMANENT: (_("It was refused for good."), "error"),
        Outcome.UNKNOWN: (_("It was handed over, and nobody answered: it may have arrived."), "warning"),
        Outcome.NOT_HANDED_OVER: (_("It could not be handed over: it has not arrived."), "warning"),
    }[Outcome(attempt.outcome)]
    return Step(attempt.at, text, tone, said=attempt.detail)


def _happened(event: MessageEvent) -> Step:
    kind, by = EventKind(event.kind), str(event.by or "")
    if kind == EventKind.CORRECTED:
        return Step(event.at, _("The address was corrected (%(addresses)s).") % {"addresses": event.detail}, by=by)
    if kind == EventKind.RESENT:
        return Step(event.at, _("It was queued again.") if by else _("It was queued again by itself."), by=by)
    text, tone = {
        EventKind.DELIVERED: (_("It reached the receiver’s mailbox or phone."), "ok"),
        EventKind.BOUNCED: (_("It came back: it did not reach the receiver."), "error"),
        EventKind.COMPLAINED: (_("The receiver marked it as spam."), "warning"),
        EventKind.TREATED_AS_SENT: (_("It was to be treated as sent."), "ok"),
        EventKind.SETTLED: (_("The matter was settled in another way."), "ok"),
        EventKind.SET_ASIDE: (
            _("A backup was restored. It may have been sent before that, so it was not sent by itself."),
            "warning",
        ),
    }[kind]
    return Step(event.at, text, tone, said=event.detail, by=by)


def _ended(message: Message) -> Iterator[Step]:
    if message.finished is None:
        return
    if message.state == State.CANCELLED:
        yield Step(
            message.finished, _("It was called off: what it said was not true any more, or somebody else was told.")
        )
    elif message.state == State.EXPIRED:
        yield Step(message.finished, _("It came too late to be sent."))
    elif message.state == State.WITHHELD:
        yield Step(message.finished, _("It was not sent."), why=message.error)
