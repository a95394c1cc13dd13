"""Taking a message from the queue, so that nobody else does."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from messaging.choices import Channel, State
from messaging.models import Message, Pause
from messaging.rules import LEASE


def claim(*, now: datetime) -> Message | None:
    """Take the message that has waited longest, or None if nothing is to be sent now.

    The lease is the claimer's alone until it runs out or is settled. Left in the queue are: a kind that this process
    doesn't know (a newer release runs beside it), what lets people sleep (every SMS that isn't awaited, and mail of a
    kind for the day), what goes to a channel that rests, or to a domain that was given its share (MAIL_PER_DOMAIN) in
    the last minute.
    """
    resting = Pause.objects.in_force(now=now).values("channel")
    while True:
        with transaction.atomic(durable=True):
            # Where the database has row locks, claimers pass by each other's rows; where it has none, one of them
            # wins the comparison.
            waiting = Message.objects.sendable(now=now).exclude(channel__in=resting)
            if settings.MAIL_PER_DOMAIN:
                waiting = waiting.exclude(
                    channel=Channel.EMAIL,
                    domain__in=list(Message.objects.busy_domains(limit=settings.MAIL_PER_DOMAIN, now=now)),
                )
            message = waiting.select_for_update(skip_locked=True).first()
            if message is None:
                return None
            message.state, message.lease_token, message.lease_until = State.SENDING, uuid4(), now + LEASE
            lease = {"state": message.state, "lease_token": message.lease_token, "lease_until": message.lease_until}
            if Message.objects.filter(pk=message.pk, state=State.QUEUED).update(**lease) == 1:
                return message
