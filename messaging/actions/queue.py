"""Putting messages into the queue."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from common.models import BATCH
from common.wakeup import wake_on_commit
from messaging import kinds
from messaging.kinds import Draft
from messaging.models import Message, Round

MATERIALISE = "materialise"
A_MOMENT = timedelta(seconds=20)  # less than between two ticks of beat
logger = logging.getLogger(__name__)


def queue(drafts: Iterable[Draft]) -> None:
    """Store `drafts`, each once: a draft whose key exists is ignored.

    Belongs in the transaction of the change that the messages tell of. Workers are woken when it commits.
    """
    if _store(drafts):
        wake_on_commit("messaging.tasks.dispatch")


def materialise(*, now: datetime) -> None:
    """Queue the messages that should exist now, as each kind derives them from what it knows.

    A kind that fails is logged and keeps no other from its work; only a database that is away ends the round. Nobody is
    woken: the caller sends them.
    """
    for kind in kinds.registered():
        try:
            with transaction.atomic():
                _store(kind.materialise(now))
        except Exception:
            if not connection.is_usable():
                raise  # the database is away: all the others would fail, too
            logger.exception("messages of the kind %s could not be derived", kind.name)


def may_materialise(*, now: datetime) -> bool:
    """Whether no other worker has just derived what should exist: this one would find the same."""
    a_moment_ago = Q(begun__gt=now - A_MOMENT, begun__lte=now)
    if Round.objects.filter(name=MATERIALISE).exclude(a_moment_ago).update(begun=now):
        return True
    _round, is_new = Round.objects.get_or_create(name=MATERIALISE, defaults={"begun": now})
    return is_new


def materialise_soon() -> None:
    """Let the next round derive what should exist, however lately another did, and wake a worker for it.

    Belongs in the transaction of a change from which messages follow that people wait for.
    """
    Round.objects.filter(name=MATERIALISE).update(begun=F("begun") - A_MOMENT)
    wake_on_commit("messaging.tasks.dispatch")


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
