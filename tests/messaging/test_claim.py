"""Many senders at once: each message is one sender's. Row locks are PostgreSQL's, so this is shown there."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from messaging.actions.claim import claim
from messaging.actions.hand_over import hand_over
from messaging.actions.sweep import sweep
from messaging.choices import State
from messaging.models import DeliveryAttempt, Message
from messaging.rules import LEASE
from tests.factories import NOW, MessageFactory
from tests.messaging.conftest import Send
from tests.smtp import MailServer

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

SENDERS = 16
Result = TypeVar("Result")


def all_at_once(work: Callable[[], Result], *, times: int = SENDERS) -> list[Result]:
    """What `work` returns to each of many threads that begin it together."""
    start = Barrier(times)

    def run() -> Result:
        try:
            connection.ensure_connection()
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        futures = [threads.submit(run) for _number in range(times)]
    return [future.result() for future in futures]


def claim_until_empty() -> list[Message]:
    claimed = []
    while message := claim(now=NOW):
        claimed.append(message)
    return claimed


def test_each_message_is_claimed_by_exactly_one_sender() -> None:
    messages = MessageFactory.create_batch(200)
    claims = Counter(message.pk for claimed in all_at_once(claim_until_empty) for message in claimed)
    assert claims == Counter(message.pk for message in messages)
    assert Message.objects.values("lease_token").distinct().count() == 200


def test_one_message_goes_to_one_of_many_senders() -> None:
    MessageFactory.create()
    claims = all_at_once(lambda: claim(now=NOW))
    assert sum(message is not None for message in claims) == 1


def test_one_lease_allows_one_handover() -> None:
    message = MessageFactory.create(claimed=True)
    assert sum(all_at_once(lambda: hand_over(message=message, now=NOW))) == 1


def test_sweepers_at_once_put_a_message_back_once() -> None:
    MessageFactory.create(claimed=True)
    all_at_once(lambda: sweep(now=NOW + LEASE + timedelta(seconds=1)))
    assert (Message.objects.get().tries, DeliveryAttempt.objects.count()) == (1, 1)


def test_between_sweep_and_handover_one_wins() -> None:
    """Either the message goes back to the queue and doesn't leave, or it leaves and stays its sender's."""
    message = MessageFactory.create(claimed=True)
    late = NOW + LEASE + timedelta(seconds=1)
    roles = iter([lambda: sweep(now=late), lambda: hand_over(message=message, now=late)] * 8)
    left = [answer for answer in all_at_once(lambda: next(roles)()) if answer is not None]
    message.refresh_from_db()
    assert message.state == (State.SENDING if any(left) else State.QUEUED)
    assert bool(message.handed_over) == any(left)
    assert sum(left) <= 1


def test_many_rounds_at_once_send_each_message_once(send: Send, mail_server: MailServer) -> None:
    MessageFactory.create_batch(60)
    all_at_once(send, times=8)
    assert len(mail_server.copies) == 60
    assert set(mail_server.copies.values()) == {1}
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
