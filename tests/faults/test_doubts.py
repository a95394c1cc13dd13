"""A sender is killed between handover and answer: what becomes of the doubt depends on what was being sent."""

import signal
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from common.clock import at
from messaging.choices import State
from messaging.models import Message
from tests.api import ApiServer
from tests.factories import MessageFactory, RegionFactory
from tests.faults.jobs import send, send_at_noon
from tests.faults.kinds import SHORT, URGENT
from tests.faults.oracle import Copies, message_id
from tests.faults.passing_time import let_time_pass
from tests.faults.processes import run
from tests.smtp import MailServer

pytestmark = pytest.mark.usefixtures("database_of_many")
WORST = [("after handover", 0), ("after answer", 1)]  # and how many have arrived by then


@pytest.fixture
def gateway(settings: Settings) -> Iterator[ApiServer]:
    """A gateway for SMS."""
    server = ApiServer((200, {"id": "s1", "status": "created", "parts": 1, "cost": 3500}))
    server.start()
    settings.SMS_IN_FOLDER = False
    settings.SMS_GATEWAY, settings.SMS_USER, settings.SMS_PASSWORD = f"{server.address}/sms", "portal", "hemligt"
    yield server
    server.stop()


@pytest.mark.parametrize(("place", "arrived"), WORST)
def test_where_silence_does_harm_it_is_sent_again_as_the_same_mail(
    mail_server: MailServer, place: str, arrived: int
) -> None:
    message = MessageFactory(kind=URGENT, due=timezone.now() - timedelta(minutes=1))
    assert run(send, crash_at=place) == -signal.SIGKILL
    for _round in range(3):
        let_time_pass()
        assert run(send) == 0
    message.refresh_from_db()
    assert (message.state, message.resends) == (State.SENT, 1)
    assert mail_server.copies == Copies({message_id(message): arrived + 1})


@pytest.mark.parametrize(("place", "arrived"), WORST)
def test_an_sms_is_never_sent_again_by_itself(gateway: ApiServer, place: str, arrived: int) -> None:
    """It costs money, and nothing tells its receiver that it is the same."""
    due = at(timezone.localdate(), time(11, 59))
    message, other = MessageFactory.create_batch(
        2, kind=SHORT, sms=True, due=due, scope=RegionFactory(sms_parts_per_month=100).pk
    )
    assert run(send_at_noon, crash_at=place) == -signal.SIGKILL
    for _round in range(3):
        let_time_pass()
        assert run(send_at_noon) == 0
    assert {one.state for one in Message.objects.all()} == {State.SENT, State.UNCERTAIN}
    received = [request.form["to"] for request in gateway.requests]
    assert len(received) == len(set(received)) == 1 + arrived
    assert set(received) <= {message.recipient, other.recipient}
