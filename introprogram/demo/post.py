"""What became of the demo's messages: welcomes have arrived; of the latest one came back, one nobody knows of."""

from datetime import datetime, timedelta
from uuid import uuid4

from messaging.actions import queue, report
from messaging.actions.settle import record
from messaging.channels import Delivery
from messaging.choices import EventKind, Outcome, State
from messaging.models import Message
from messaging.rules import LEASE
from regions.models import Region
from sessions.messages import welcome
from sessions.messages.recipients import taking_part

AN_HOUR = timedelta(hours=1)
ACCEPTED = Delivery(Outcome.ACCEPTED, "250 2.0.0 Ok: queued as DEMO1", "DEMO1")
WELCOMED = Delivery(Outcome.ACCEPTED, "250 2.0.0 Ok")
SILENCE = Delivery(Outcome.UNKNOWN, "TimeoutError: timed out")


def lose_two(region: Region, *, now: datetime) -> None:
    """Hand the latest two over an hour ago; the first is accepted and comes back, to the second nobody answers."""
    waiting = Message.objects.filter(scope=region.pk, state=State.QUEUED, due__lt=now - AN_HOUR, expires__gt=now)
    for message, delivery in zip(waiting.order_by("-due", "pk")[:2], (ACCEPTED, SILENCE), strict=True):
        _hand_over(message, delivery, at=now - AN_HOUR)
    report(
        provider_reference=ACCEPTED.reference,
        event=EventKind.BOUNCED,
        at=now - AN_HOUR / 2,
        detail="550 5.1.1 The e-mail account does not exist.",
    )


def welcome_those_of_before(region: Region, *, now: datetime) -> None:
    """Who got her seat too long ago to be welcomed now was welcomed then."""
    seated = taking_part().filter(cohort__programme__region=region, enrolled__lt=now - welcome.KEPT)
    queue(welcome.draft_to(enrolment) for enrolment in seated)
    for message in Message.objects.filter(scope=region.pk, kind=welcome.NAME, due__lt=now - welcome.KEPT):
        _hand_over(message, WELCOMED, at=message.due)


def _hand_over(message: Message, delivery: Delivery, *, at: datetime) -> None:
    """Hand `message` over at that time, with that answer."""
    message.state, message.lease_token, message.lease_until = State.SENDING, uuid4(), at + LEASE
    message.handed_over = at
    message.save()
    record(message, delivery, now=at)
