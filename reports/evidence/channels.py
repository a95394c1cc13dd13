"""The channels as they stand: of all regions together, since they share them. Numbers and times only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min

from messaging.choices import Channel
from messaging.models import Message, Pause

LATELY = timedelta(days=1)
NONE: dict[str, Any] = {"number": 0, "since": None, "last": None}


@dataclass(frozen=True)
class ChannelNow:
    """One channel. `pause` is why it rests, None if it sends; `waiting` are due, the first of them since `since`."""

    channel: Channel
    pause: Pause | None
    waiting: int
    since: datetime | None
    sent: int
    last_sent: datetime | None


def channels_now(*, now: datetime) -> list[ChannelNow]:
    """Every channel, in three queries."""
    pauses = {pause.channel: pause for pause in Pause.objects.in_force(now=now)}
    due = Message.objects.claimable(now=now).order_by().values("channel")
    waiting = {row["channel"]: row for row in due.annotate(number=Count("pk"), since=Min("next_try"))}
    left = Message.objects.left_since(now - LATELY).order_by().values("channel")
    sent = {row["channel"]: row for row in left.annotate(number=Count("pk"), last=Max("handed_over"))}
    return [
        ChannelNow(
            channel,
            pauses.get(channel),
            waiting.get(channel, NONE)["number"],
            waiting.get(channel, NONE)["since"],
            sent.get(channel, NONE)["number"],
            sent.get(channel, NONE)["last"],
        )
        for channel in Channel
    ]
