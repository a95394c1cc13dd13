"""Messages to send while something breaks."""

from datetime import timedelta

from django.utils import timezone

from messaging.models import Message
from tests.factories import MessageFactory
from tests.faults.oracle import Expected


def queue_postcards(count: int) -> Expected:
    """Queue messages that are due, and return to whom."""
    messages = MessageFactory.create_batch(count, due=timezone.now() - timedelta(minutes=1))
    return expected_of(messages)


def expected_of(messages: list[Message]) -> Expected:
    return Expected((message.kind, message.recipient) for message in messages)
