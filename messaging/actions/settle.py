"""Writing down how an attempt ended."""

import logging
from copy import copy
from datetime import datetime
from random import SystemRandom
from typing import Any

from django.db import transaction

from common.locking import lock
from messaging.actions.outlasting import outlasting_a_restart
from messaging.actions.report import heed_reports
from messaging.actions.spend import give_back
from messaging.channels import Delivery
from messaging.choices import Outcome, State
from messaging.models import LONGEST_TEXT, DeliveryAttempt, Message
from messaging.rules import FREE_OF_CHARGE, state_after, wait_after

logger = logging.getLogger(__name__)
WITHOUT_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None, "handed_over": None}


@outlasting_a_restart
@transaction.atomic(durable=True)
def settle(*, message: Message, delivery: Delivery, now: datetime) -> None:
    """Record the outcome of the attempt that `message`'s lease stood for. Only this process knows it.

    An answer that comes after the sweep gave the message up as uncertain is still worth having. One whose lease
    went to somebody else is only logged.
    """
    if record(message, delivery, now=now):
        return
    current = lock(message)
    if current.attempts.filter(number=message.tries + 1, at=now, outcome=delivery.outcome).exists():
        return  # it held: only the database's answer was lost
    if current.lease_token != message.lease_token or not record(current, delivery, now=now):
        logger.error("message %s: an answer without a lease: %s", message.pk, delivery.outcome)


@outlasting_a_restart
@transaction.atomic(durable=True)
def release(*, message: Message, reason: str) -> None:
    """Put a claimed message back that surely hasn't arrived: the channel is paused. That uses up none of its tries."""
    held = Message.objects.in_hands_of(message)
    for current in held.select_for_update():
        give_back(message=current)
    held.update(**WITHOUT_LEASE, state=State.QUEUED, error=reason[:LONGEST_TEXT])


def record(message: Message, delivery: Delivery, *, now: datetime) -> bool:
    """Move `message` on and keep the attempt as evidence, if it is still in the hands in which it was read. Tell
    whether it was.

    From the comparison on its row is locked: reports about it wait, and those that came before are heeded.
    """
    if message.state not in (State.SENDING, State.UNCERTAIN):
        return False
    if message.state == State.UNCERTAIN and delivery.outcome == Outcome.UNKNOWN:
        return False  # as much is written down already
    held = Message.objects.filter(
        pk=message.pk, state=message.state, tries=message.tries, lease_token=message.lease_token
    )
    number, tries = message.tries + 1, message.tries + 1 - message.tries_before
    state = state_after(delivery.outcome, tries)
    error = "" if state == State.SENT else delivery.detail[:LONGEST_TEXT]
    changes: dict[str, Any] = {"state": state, "tries": number, "error": error}
    if state == State.QUEUED:
        jitter = SystemRandom().uniform(0.5, 1.5)
        changes |= WITHOUT_LEASE | {"next_try": now + wait_after(tries, jitter=jitter)}
    elif state != State.UNCERTAIN:
        changes |= {"finished": now, "provider_reference": delivery.reference}
    if held.update(**changes) != 1:
        return False
    if delivery.outcome in FREE_OF_CHARGE:
        give_back(message=message)
    DeliveryAttempt.objects.create(
        message=message,
        number=number,
        at=now,
        outcome=delivery.outcome,
        detail=delivery.detail[:LONGEST_TEXT],
        reference=delivery.reference,
    )
    moved = copy(message)  # `message` stays as it was claimed: this may have to be done again
    moved.state, moved.tries, moved.finished = state, number, changes.get("finished")
    heed_reports(moved)
    return True
