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
    leased = Message.objects.in_hands_of(message).filter(handed_over=None)
    topic = kinds.get(message.kind).topic
    wanted = leased.filter(TopicChoice.objects.is_wanted(message.recipient, topic)) if topic else leased
    if wanted.update(handed_over=now, lease_until=now + LEASE) != 1:
        if leased.exists():
            drop_if_stale(message=message, now=now)
        return False
    message.handed_over = now
    if _drop_if_untrue(message=message, now=now):
        return False
    refusal = spend(message=message, parts=parts, now=now) if parts else None
    if refusal:
        _end(message, State.WITHHELD, why=refusal, now=now)
    return refusal is None


def drop_if_stale(*, message: Message, now: datetime) -> bool:
    """End a claimed message that came too late, whose reason is gone, or that isn't wanted. Tell whether it did."""
    if _drop_if_untrue(message=message, now=now):
        return True
    refusal = _refusal_of_receiver(message)
    if refusal:
        _end(message, State.WITHHELD, why=refusal, now=now)
    return refusal is not None


def _drop_if_untrue(*, message: Message, now: datetime) -> bool:
    if message.expires <= now:
        _end(message, State.EXPIRED, now=now)
    elif not kinds.get(message.kind).still_holds(message, now):
        _end(message, State.CANCELLED, now=now)
    else:
        return False
    return True


def _refusal_of_receiver(message: Message) -> str | None:
    topic = kinds.get(message.kind).topic
    return refusal_of_topic(topic, TopicChoice.objects.wanted(message.recipient, Topic)) if topic else None


def _end(message: Message, state: State, *, why: str = "", now: datetime) -> None:
    Message.objects.in_hands_of(message).update(state=state, finished=now, handed_over=None, error=why)
