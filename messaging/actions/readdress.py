"""Letting what waits for somebody go to another address of hers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from messaging import kinds
from messaging.actions.again import note
from messaging.choices import Channel, EventKind, State
from messaging.models import Message
from messaging.querysets import MessageQuerySet

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def readdress(*, messages: MessageQuerySet, recipient: str, by: User, now: datetime) -> None:
    """Let those of `messages` that wait in the queue, as mail, go to `recipient`; the evidence keeps both addresses.

    What only the first address may read stays as it is, and what a sender has in her hands leaves for that.
    """
    fixed = [kind.name for kind in kinds.registered() if kind.fixed_address]
    waiting = messages.filter(state=State.QUEUED, channel=Channel.EMAIL).exclude(kind__in=fixed)
    for message in waiting.order_by("pk").select_for_update():
        note(message, EventKind.CORRECTED, by=by, now=now, detail=f"{message.recipient} → {recipient}")
        Message.objects.filter(pk=message.pk).update(recipient=recipient)
