"""Looking after messages of which nothing has been heard."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from messaging import kinds
from messaging.actions.again import queue_again
from messaging.actions.settle import record
from messaging.channels import Delivery
from messaging.choices import EventKind
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from messaging.rules import outcome_of_abandoned


def sweep(*, now: datetime) -> None:
    """Look after messages whose sender went away, and those that are uncertain for too long.

    What was not handed over is queued again; else it is uncertain. What does harm if it isn't read is sent again by
    itself a few times, as the same mail; the rest waits for a coordinator.
    """
    for message in _each(Message.objects.abandoned(now=now)):
        record(message, Delivery(outcome_of_abandoned(message.handed_over), "The sender went away."), now=now)
    names = [kind.name for kind in kinds.registered() if kind.resends]
    for message in _each(Message.objects.resending(names, now=now)):
        queue_again(message, EventKind.RESENT, by=None, now=now, resends=message.resends + 1)


def _each(messages: MessageQuerySet) -> Iterator[Message]:
    """Each of `messages`, locked in a transaction of its own: nobody else was quicker, and it is still one of them."""
    for pk in list(messages.values_list("pk", flat=True)):
        with transaction.atomic():
            if message := messages.filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first():
                yield message
