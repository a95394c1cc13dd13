"""When nothing is sent: a channel rests, or somebody holds everything back."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from audit.actions import record
from common.wakeup import wake_on_commit
from messaging.actions.cancel import expire
from messaging.actions.queue import materialise
from messaging.channels import ChannelPausedError, ChannelRefusedError
from messaging.choices import Channel, EventKind, State
from messaging.models import LONGEST_TEXT, Message, MessageEvent, Pause
from messaging.rules import LONG_PAUSE, MOST_RESENDS, PAUSE

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def pause(*, channel: Channel, error: ChannelPausedError, now: datetime) -> None:
    """Let `channel` rest, for all workers: a minute, or longer if the server refuses the portal. A hold stays."""
    needs_somebody = isinstance(error, ChannelRefusedError)
    rest = {
        "since": now,
        "until": now + (LONG_PAUSE if needs_somebody else PAUSE),
        "needs_somebody": needs_somebody,
        "reason": str(error)[:LONGEST_TEXT],
    }
    logger.error("sending is paused: %s", error)
    if not Pause.objects.passing().filter(channel=channel).update(**rest):
        Pause.objects.bulk_create([Pause(channel=channel, **rest)], ignore_conflicts=True)


@transaction.atomic
def resume(*, channel: Channel, by: User, now: datetime) -> None:
    """Try again now on a `channel` that rests. What is held back stays so."""
    for found in Pause.objects.in_force(now=now).passing().filter(channel=channel).select_for_update():
        Pause.objects.filter(pk=found.pk).update(until=now)
        record("channel.resumed", found, by=by, now=now, before={"channel": channel, "until": found.until})
        wake_on_commit("messaging.tasks.dispatch")


@transaction.atomic
def hold(*, now: datetime) -> None:
    """Hold all messages back until they are released: none leaves, and none is derived from the calendar."""
    held = {"since": now, "until": None, "needs_somebody": True, "reason": _("Messages are held back.")}
    for channel in Channel:
        if not Pause.objects.held().filter(channel=channel).exists():
            Pause.objects.update_or_create(channel=channel, defaults=held)


@transaction.atomic
def release_held(*, now: datetime, after_restore: bool) -> int:
    """Let messages go that were held back; return how many were set aside.

    `after_restore` says that the database is an older copy. Then whatever was due before the hold may have been sent by
    the portal that was lost: it is uncertain, is not sent again by itself, and waits for a coordinator.
    """
    since = Pause.objects.held().aggregate(since=Min("since"))["since"]
    aside: list[Message] = []
    if after_restore and since:
        materialise(now=now)  # or what the copy doesn't have yet would be derived, and sent, a moment later
        expire(now=now)
        aside = list(Message.objects.open().filter(due__lte=since).select_for_update())
        Message.objects.filter(pk__in=[message.pk for message in aside]).update(
            state=State.UNCERTAIN, handed_over=since, resends=MOST_RESENDS, lease_token=None, lease_until=None
        )
        MessageEvent.objects.bulk_create(
            MessageEvent(message=message, kind=EventKind.SET_ASIDE, number=message.tries, at=now) for message in aside
        )
    Pause.objects.held().update(until=now)
    wake_on_commit("messaging.tasks.dispatch")
    return len(aside)
