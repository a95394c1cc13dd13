"""Messages that need not be sent any more."""

from datetime import datetime

from messaging.choices import State
from messaging.models import Message
from messaging.querysets import MessageQuerySet


def cancel(*, messages: MessageQuerySet, now: datetime) -> int:
    """Cancel those of `messages` that haven't left; return how many. A sender who holds one is refused the handover.

    Belongs in the transaction of the change that makes them pointless: cancel(messages=Message.objects.about(…)).
    """
    return messages.unsent().update(state=State.CANCELLED, finished=now)


def expire(*, now: datetime) -> int:
    """End messages that waited past the time until which they are worth sending; return how many."""
    return Message.objects.stale(now=now).update(state=State.EXPIRED, finished=now)
