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
from messaging.actions.pauses import pause
from messaging.actions.queue import materialise, may_materialise
from messaging.actions.settle import release, settle
from messaging.actions.sweep import sweep
from messaging.channels import ChannelPausedError, Delivery, DeliveryChannel, open_channel
from messaging.choices import Channel, Outcome
from messaging.models import Message, Pause

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
CROWD = 50  # messages


def dispatch(*, clock: Clock, limit: timedelta, call_for_help: Callable[[], None] | None = None) -> bool:
    """Do one round; tell whether `limit` ran out before the queue did.

    `call_for_help` is called when more is due than one worker should send alone. Safe to run twice, or twice at once,
    and to be killed anywhere. `clock` tells the time, aware. Not to be called in a transaction: each step is committed
    before the next. Does nothing while messages are held back.
    """
    start = clock()
    if Pause.objects.held().exists():
        return False
    if may_materialise(now=start):
        materialise(now=start)
    expire(now=start)
    sweep(now=start)
    if call_for_help and Message.objects.claimable(now=start)[:CROWD].count() == CROWD:
        call_for_help()
    with _OpenChannels() as channels:
        while clock() < start + limit:
            message = claim(now=clock())
            if message is None:
                return False
            crash_point("after claim")
            try:
                _deliver(message, channels.get(Channel(message.channel)), clock)
            except ChannelPausedError as error:
                # The message first: nobody else knows that it hasn't arrived. Then the channel rests for all workers;
                # the messages of other channels are sent meanwhile.
                release(message=message, reason=str(error))
                pause(channel=Channel(message.channel), error=error, now=clock())
    return True


class _OpenChannels(ExitStack):
    """The channels that a round has used, each opened when it is first needed, and all closed at the end."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[Channel, DeliveryChannel[Any]] = {}

    def get(self, channel: Channel) -> DeliveryChannel[Any]:
        if channel not in self._open:
            self._open[channel] = self.enter_context(open_channel(channel))
        return self._open[channel]


def _deliver(message: Message, channel: DeliveryChannel[Any], clock: Clock) -> None:
    """Try once to deliver a claimed message, and write down how that ended."""
    delivery: Delivery | None
    try:
        parcel = _write(message, channel, now=clock())
    except Exception as error:
        # What isn't true any more can often not be written. Nor must one message that can't hold up the others.
        if drop_if_stale(message=message, now=clock()):
            return
        logger.exception("message %s (%s) could not be written", message.pk, message.kind)
        delivery = Delivery(Outcome.NOT_HANDED_OVER, f"{type(error).__name__}: {error}")
    else:
        delivery = channel.deliver(
            parcel, hand_over=lambda: hand_over(message=message, parts=parcel.parts, now=clock())
        )
    if delivery is not None:
        settle(message=message, delivery=delivery, now=clock())


def _write(message: Message, channel: DeliveryChannel[Any], *, now: datetime) -> Any:
    with translation.override(message.language):
        return channel.compose(message, kinds.get(message.kind).render(message), now=now)
