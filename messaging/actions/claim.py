"""Taking a message from the queue, so that nobody else does."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from messaging import kinds
from messaging.choices import Channel, State
from messaging.models import Message
from messaging.rules import LEASE, is_daytime


def claim(*, now: datetime) -> Message | None:
    """Take the message that has waited longest, or None if nothing is to be sent now.

    The lease is the claimer's alone until it runs out or is settled. A kind that this process doesn't know (a newer
    release runs beside it) and what lets people sleep (every SMS, and mail of a kind for the day) stay in the queue.
    """
    awake = is_daytime(timezone.localtime(now))
    names = [kind.name for kind in kinds.registered() if awake or not kind.daytime_only]
    channels = [channel for channel in Channel if awake or channel != Channel.SMS]
    while True:
        with transaction.atomic(durable=True):
            # Where the database has row locks, claimers pass by each other's rows; where it has none, one of them
            # wins the comparison.
            waiting = Message.objects.claimable(now=now).filter(kind__in=names, channel__in=channels)
            message = waiting.select_for_update(skip_locked=True).first()
            if message is None:
                return None
            lease = {"state": State.SENDING, "lease_token": uuid4(), "lease_until": now + LEASE}
            if Message.objects.filter(pk=message.pk, state=State.QUEUED).update(**lease) == 1:
                break
    message.refresh_from_db()
    return message
