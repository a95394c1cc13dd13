"""What became of the demo's latest messages: one came back, of one nobody knows whether it arrived."""

from datetime import datetime, timedelta
from uuid import uuid4

from messaging.actions import report
from messaging.actions.settle import record
from messaging.channels import Delivery
from messaging.choices import EventKind, Outcome, State
from messaging.models import Message
from messaging.rules import LEASE
from regions.models import Region

AN_HOUR = timedelta(hours=1)
ACCEPTED = Delivery(Outcome.ACCEPTED, "250 2.0.0 Ok: queued as DEMO1", "DEMO1")
SILENCE = Delivery(Outcome.UNKNOWN, "TimeoutError: timed out")


def lose_two(region: Region, *, now: datetime) -> None:
    """Hand the latest two over an hour ago; the first is accepted and comes back, to the second nobody answers."""
    waiting = Message.objects.filter(scope=region.pk, state=State.QUEUED, due__lt=now - AN_HOUR, expires__gt=now)
    for message, delivery in zip(waiting.order_by("-due", "pk")[:2], (ACCEPTED, SILENCE), strict=True):
        message.state, message.lease_token, message.lease_until = State.SENDING, uuid4(), now + LEASE
        message.handed_over = now - AN_HOUR
        message.save()
        record(message, delivery, now=now - AN_HOUR)
    report(
        provider_reference=ACCEPTED.reference,
        event=EventKind.BOUNCED,
        at=now - AN_HOUR / 2,
        detail="550 5.1.1 The e-mail account does not exist.",
    )
