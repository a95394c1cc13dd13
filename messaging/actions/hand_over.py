"""The last look at a message before it leaves."""

from datetime import datetime

from django.db import transaction

from messaging import kinds
from messaging.actions.spend import spend
from messaging.choices import State, Topic
from messaging.models import Message, TopicChoice
from messaging.rules import LEASE, refusal_of_topic


@transaction.atomic(durable=True)
def hand_over(*, message: Message, parts: int = 0, now: datetime) -> bool:
    """Note that `message`'s text may leave now. False if it must not: the lease is lost, it doesn't hold any more, or
    its region can't pay for the `parts` of an SMS.

    From the commit on, silence means that it may have arrived.
    """
    leased = Message.objects.filter(
        pk=message.pk, state=State.SENDING, lease_token=message.lease_token, handed_over=None
    )
    if leased.update(handed_over=now, lease_until=now + LEASE) != 1:
        return False
    if drop_if_stale(message=message, now=now):
        return False
    refusal = spend(message=message, parts=parts, now=now) if parts else None
    if refusal:
        _end(message, State.WITHHELD, why=refusal, now=now)
    return refusal is None


def drop_if_stale(*, message: Message, now: datetime) -> bool:
    """End a claimed message that came too late, whose reason is gone, or that isn't wanted. Tell whether it did."""
    kind, why = kinds.get(message.kind), ""
    if message.expires <= now:
        state = State.EXPIRED
    elif not kind.still_holds(message, now):
        state = State.CANCELLED
    elif refusal := _refusal_of_receiver(message):
        state, why = State.WITHHELD, refusal
    else:
        return False
    _end(message, state, why=why, now=now)
    return True


def _refusal_of_receiver(message: Message) -> str | None:
    topic = kinds.get(message.kind).topic
    return refusal_of_topic(topic, TopicChoice.objects.wanted(message.recipient, Topic)) if topic else None


def _end(message: Message, state: State, *, why: str, now: datetime) -> None:
    held = Message.objects.filter(pk=message.pk, state=State.SENDING, lease_token=message.lease_token)
    held.update(state=state, finished=now, handed_over=None, error=why)
