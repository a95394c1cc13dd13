"""Putting messages into the queue."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from common.models import BATCH
from common.wakeup import wake_on_commit
from messaging import kinds
from messaging.kinds import Draft
from messaging.models import Message

logger = logging.getLogger(__name__)


def queue(drafts: Iterable[Draft]) -> None:
    """Store `drafts`, each once: a draft whose key exists is ignored.

    Belongs in the transaction of the change that the messages tell of. Workers are woken when it commits.
    """
    if _store(drafts):
        wake_on_commit("messaging.tasks.dispatch")


def materialise(*, now: datetime) -> None:
    """Queue the messages that should exist now, as each kind derives them from what it knows.

    A kind that fails is logged and keeps no other from its work. Nobody is woken: the caller sends them.
    """
    for kind in kinds.registered():
        try:
            with transaction.atomic():
                _store(kind.materialise(now))
        except Exception:
            logger.exception("messages of the kind %s could not be derived", kind.name)


def _store(drafts: Iterable[Draft]) -> bool:
    """Insert the drafts whose key is new; tell whether there were any drafts."""
    messages = [
        Message(
            kind=draft.kind,
            key=draft.key,
            channel=draft.channel,
            recipient=draft.recipient,
            language=draft.language,
            due=draft.due,
            next_try=draft.due,
            expires=draft.expires,
            refs={name: str(value) for name, value in draft.refs.items()},
            scope=draft.scope,
        )
        for draft in drafts
    ]
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=BATCH)
    return bool(messages)
