"""Putting a message into the queue that has been there before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from messaging.actions.settle import WITHOUT_LEASE
from messaging.choices import EventKind, State
from messaging.models import Message, MessageEvent

if TYPE_CHECKING:
    from accounts.models import User


def queue_again(
    message: Message, kind: EventKind, *, by: User | None, now: datetime, detail: str = "", **changes: Any
) -> None:
    """Queue the locked `message` for a fresh row of tries, with other `changes`, and keep as evidence who did so.

    It has the same Message-ID: who got it after all may see that it is the same.
    """
    Message.objects.filter(pk=message.pk).update(
        **WITHOUT_LEASE,
        **changes,
        state=State.QUEUED,
        next_try=now,
        tries_before=message.tries,
        finished=None,
        settled=None,
        error="",
    )
    note(message, kind, by=by, now=now, detail=detail)


def note(message: Message, kind: EventKind, *, by: User | None, now: datetime, detail: str = "") -> None:
    """Keep as evidence what was done about the locked `message` after its last attempt."""
    MessageEvent.objects.create(message=message, kind=kind, number=message.tries, at=now, by=by, detail=detail)
