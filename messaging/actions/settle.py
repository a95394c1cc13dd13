"""Writing down how an attempt ended."""

import logging
from datetime import datetime
from random import SystemRandom

from django.db import transaction

from common.locking import lock
from messaging.channels import Delivery
from messaging.choices import State
from messaging.models import DeliveryAttempt, Message
from messaging.rules import PAUSE, outcome_of_abandoned, state_after, wait_after

logger = logging.getLogger(__name__)
LONGEST_TEXT = 500


@transaction.atomic
def settle(*, message: Message, delivery: Delivery, now: datetime) -> None:
    """Record the outcome of the attempt that `message`'s lease stood for.

    An answer that comes after the sweep gave the message up as uncertain is still worth having. One whose lease
    went to somebody else is only logged.
    """
    current = lock(message)
    if current.lease_token == message.lease_token and current.state in (State.SENDING, State.UNCERTAIN):
        _record(current, delivery, now=now)
    else:
        logger.error("message %s: an answer without a lease: %s", message.pk, delivery.outcome)


@transaction.atomic
def release(*, message: Message, reason: str, now: datetime) -> None:
    """Put a claimed message back that couldn't even be tried: the channel is paused. That uses up none of its tries."""
    Message.objects.filter(
        pk=message.pk, state=State.SENDING, lease_token=message.lease_token, handed_over=None
    ).update(**_without_lease(), state=State.QUEUED, next_try=now + PAUSE, error=reason[:LONGEST_TEXT])


def sweep(*, now: datetime) -> None:
    """Look after messages whose sender went away: not handed over, they are queued again; else they are uncertain."""
    abandoned = Message.objects.abandoned(now=now)
    for message in abandoned:
        with transaction.atomic():
            current = abandoned.filter(pk=message.pk).select_for_update(skip_locked=True).first()
            if current:  # nobody else was quicker, and its sender didn't come back
                outcome = outcome_of_abandoned(current.handed_over)
                _record(current, Delivery(outcome, "The sender went away."), now=now)


def _record(message: Message, delivery: Delivery, *, now: datetime) -> None:
    """Move the locked `message` on, and keep the attempt as evidence."""
    tries = message.tries + 1
    state = state_after(delivery.outcome, tries)
    changes = {"state": state, "tries": tries, "error": "" if state == State.SENT else delivery.detail[:LONGEST_TEXT]}
    if state == State.QUEUED:
        jitter = SystemRandom().uniform(0.5, 1.5)
        changes |= _without_lease() | {"next_try": now + wait_after(tries, jitter=jitter)}
    elif state != State.UNCERTAIN:
        changes |= {"finished": now, "provider_reference": delivery.reference}
    moved = Message.objects.filter(pk=message.pk, state=message.state, lease_token=message.lease_token).update(
        **changes
    )
    if moved == 1:
        DeliveryAttempt.objects.create(
            message=message, number=tries, at=now, outcome=delivery.outcome, detail=delivery.detail[:LONGEST_TEXT]
        )


def _without_lease() -> dict[str, None]:
    return {"lease_token": None, "lease_until": None, "handed_over": None}
