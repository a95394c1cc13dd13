"""Whoever sends by HTTP, an SMS or a mail through a provider, is killed before, while or after the message is taken."""

import signal
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from common.clock import at
from introprogram.providers import PROVIDERS
from messaging.channels.provider import NAMES_MAILS_ITSELF
from messaging.choices import State
from messaging.models import Message, SmsMonth
from tests.api import DROP, HANG, ApiServer
from tests.factories import MessageFactory, RegionFactory
from tests.faults.jobs import send, send_at_noon
from tests.faults.kinds import SHORT, URGENT
from tests.faults.oracle import message_id
from tests.faults.passing_time import let_time_pass
from tests.faults.processes import Job, run, start
from tests.messaging import test_gateway, test_provider
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("database_of_many")
WAITING = "while it waits for the answer"
# Where the sender dies, whether that leaves a doubt, and how many messages have been taken by then.
PLACES = [("after claim", False, 0), ("after handover", True, 0), (WAITING, True, 1), ("after answer", True, 1)]


@pytest.fixture
def api() -> Iterator[ApiServer]:
    server = ApiServer(DROP)
    server.start()
    yield server
    server.stop()


def use_gateway(settings: Settings, api: ApiServer) -> None:
    api.answer = test_gateway.TAKEN
    test_gateway.use(settings, api)


def use_provider(settings: Settings, api: ApiServer, name: str) -> None:
    api.answer = test_provider.TAKEN[name]
    test_provider.use_provider(settings, name, api.address)
    settings.ANYMAIL = {**settings.ANYMAIL, "REQUESTS_TIMEOUT": 60}  # longer than a test lets anybody live


def let_one_die(job: Job, place: str, api: ApiServer) -> None:
    """Let somebody do `job` and be killed at `place`, then others, at all times at which something could follow."""
    if place == WAITING:
        answer, api.answer = api.answer, HANG
        sender = start(job)
        wait_until(lambda: api.requests, what="a message to be taken")
        sender.kill()
        sender.join()
        assert sender.exitcode == -signal.SIGKILL
        api.answer = answer
    else:
        assert run(job, crash_at=place) == -signal.SIGKILL
    for _round in range(3):
        let_time_pass()
        assert run(job) == 0


def states() -> list[str]:
    return sorted(Message.objects.values_list("state", flat=True))


@pytest.mark.parametrize(("place", "in_doubt", "taken"), PLACES)
def test_an_sms_is_never_sent_again_by_itself(
    settings: Settings, api: ApiServer, place: str, in_doubt: bool, taken: int
) -> None:
    """It costs money, and nothing tells its receiver that it is the same. What may have arrived is charged, once."""
    use_gateway(settings, api)
    due = at(timezone.localdate(), time(11, 59))
    MessageFactory.create_batch(2, kind=SHORT, sms=True, due=due, scope=RegionFactory(sms_parts_per_month=100).pk)
    let_one_die(send_at_noon, place, api)
    assert states() == ([State.SENT, State.UNCERTAIN] if in_doubt else [State.SENT, State.SENT])
    received = [request.form["to"] for request in api.requests]
    assert len(received) == len(set(received)) == (1 + taken if in_doubt else 2)
    assert SmsMonth.objects.get().parts == 2


@pytest.mark.parametrize(("place", "in_doubt", "taken"), PLACES)
def test_a_mail_through_a_provider_is_not_sent_again_either(
    settings: Settings, api: ApiServer, place: str, in_doubt: bool, taken: int
) -> None:
    use_provider(settings, api, "brevo")
    MessageFactory.create_batch(2, due=timezone.now() - timedelta(minutes=1))
    let_one_die(send, place, api)
    assert states() == ([State.SENT, State.UNCERTAIN] if in_doubt else [State.SENT, State.SENT])
    received = [request.json["to"][0]["email"] for request in api.requests]
    assert len(received) == len(set(received)) == (1 + taken if in_doubt else 2)


@pytest.mark.parametrize("name", PROVIDERS)
def test_where_silence_does_harm_it_is_as_the_same_mail(settings: Settings, api: ApiServer, name: str) -> None:
    """By its Message-ID; where the provider gives that, by the message's id, under which both are reported on."""
    use_provider(settings, api, name)
    message = MessageFactory(kind=URGENT, recipient=test_provider.ASA, due=timezone.now() - timedelta(minutes=1))
    let_one_die(send, WAITING, api)
    message.refresh_from_db()
    assert (message.state, message.resends) == (State.SENT, 1)
    identity = str(message.pk) if name in NAMES_MAILS_ITSELF else message_id(message)
    assert [identity in test_provider.readable(request) for request in api.requests] == [True, True]
