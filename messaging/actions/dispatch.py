"""The post office's round: what should exist is queued, what is stale ends, what is due is sent."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from common.faults import crash_point
from messaging import kinds
from messaging.actions.cancel import expire
from messaging.actions.claim import claim
from messaging.actions.hand_over import drop_if_stale, hand_over
from messaging.actions.queue import materialise
from messaging.actions.settle import release, settle, sweep
from messaging.channels import ChannelPausedError, Delivery, DeliveryChannel, open_channel
from messaging.choices import Channel, Outcome
from messaging.models import Message

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def dispatch(*, clock: Clock, limit: timedelta) -> bool:
    """Do one round; tell whether `limit` ran out before the queue did.

    Safe to run twice, or twice at once, and to be killed anywhere. `clock` tells the time, aware. Must not be called in
    a transaction: each step is committed before the next.
    """
    start = clock()
    materialise(now=start)
    expire(now=start)
    sweep(now=start)
    with ExitStack() as stack:
        channels = {channel: stack.enter_context(open_channel(channel)) for channel in Channel}
        while clock() < start + limit:
            message = claim(now=clock())
            if message is None:
                return False
            crash_point("after claim")
            try:
                _deliver(message, channels[Channel(message.channel)], clock)
            except ChannelPausedError as pause:
                logger.error("sending is paused: %s", pause)
                release(message=message, reason=str(pause), now=clock())
                return False
    return True


def _deliver(message: Message, channel: DeliveryChannel[Any], clock: Clock) -> None:
    """Try once to deliver a claimed message, and write down how that ended."""
    delivery: Delivery | None
    try:
        if drop_if_stale(message=message, now=clock()):
            return
        parcel = _write(message, channel, now=clock())
    except Exception as error:
        # One message that can't be written (a template, a lost record) must not hold up the others.
        logger.exception("message %s (%s) could not be written", message.pk, message.kind)
        delivery = Delivery(Outcome.NOT_HANDED_OVER, f"{type(error).__name__}: {error}")
    else:
        delivery = channel.deliver(parcel, hand_over=lambda: hand_over(message=message, now=clock()))
    if delivery is not None:
        settle(message=message, delivery=delivery, now=clock())


def _write(message: Message, channel: DeliveryChannel[Any], *, now: datetime) -> Any:
    with translation.override(message.language):
        return channel.compose(message, kinds.get(message.kind).render(message), now=now)
