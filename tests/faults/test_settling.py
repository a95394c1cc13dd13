"""The database goes away while a message is on its way: what only the sender knows is written down when it is back."""

import asyncio
from collections.abc import Callable, Iterator
from threading import Event

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import OperationalError, connection, connections
from pytest_django import Settings

from messaging import kinds
from messaging.actions import outlasting
from messaging.actions.claim import claim
from messaging.actions.hand_over import hand_over
from messaging.actions.settle import release, settle
from messaging.actions.sweep import sweep
from messaging.channels import Delivery
from messaging.choices import Outcome, State
from messaging.models import DeliveryAttempt, Message, SmsMonth
from messaging.rules import LEASE
from tests.factories import NOW, MessageFactory, RegionFactory
from tests.faults.databases import address_of, cut_off
from tests.faults.jobs import send
from tests.faults.oracle import assert_all_is_well
from tests.faults.postcards import queue_postcards
from tests.messaging.postcards import POSTCARD, postcard
from tests.smtp import MailServer

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("database_of_many")]

PARTS = 2  # of an SMS
BECOMES = {  # and how many parts stay charged
    Outcome.ACCEPTED: (State.SENT, PARTS),
    Outcome.UNKNOWN: (State.UNCERTAIN, PARTS),
    Outcome.TEMPORARY: (State.QUEUED, 0),
    Outcome.PERMANENT: (State.DEAD, 0),
}


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_registry", {POSTCARD: postcard()})


class Cutting(MailServer):
    """Cuts the sender's connection to the database before it says that it has accepted a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.database = address_of(connection.settings_dict)
        self.sender = this_connection()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.to_thread(cut_off, self.sender, database=self.database)
        return await super().handle_DATA(server, session, envelope)


def this_connection() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def lose_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def cutting_server(settings: Settings) -> Iterator[Cutting]:
    server = Cutting()
    server.start()
    settings.EMAIL_IN_FOLDER = False
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = server.hostname, server.port, 5
    yield server
    server.stop()


def test_a_mail_whose_sender_is_cut_off_meanwhile_is_sent(cutting_server: Cutting) -> None:
    expected = queue_postcards(2)
    send()
    assert this_connection() != cutting_server.sender, "nothing was cut"
    assert_all_is_well(expected, cutting_server.copies)
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    assert DeliveryAttempt.objects.count() == 2


@pytest.fixture(params=["before the commit", "after the commit"])
def lose_a_commit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the next commit fail: the database doesn't hear of it, or its answer doesn't come back."""
    is_next = Event()
    commit = connections["default"]._commit

    def lose() -> None:
        if is_next.is_set():
            is_next.clear()
            if request.param == "after the commit":
                commit()
            lose_connection()
        else:
            commit()

    monkeypatch.setattr(connections["default"], "_commit", lose)
    return is_next.set


def charge_of(message: Message) -> int:
    assert message.scope
    return SmsMonth.objects.get(scope=message.scope).parts


def handed_over() -> Message:
    """An SMS of which its sender has just got the answer."""
    MessageFactory(sms=True, due=NOW, scope=RegionFactory(sms_parts_per_month=100).pk)
    message = claim(now=NOW)
    assert message
    assert hand_over(message=message, parts=PARTS, now=NOW)
    return message


def test_an_answer_is_written_down_once(lose_a_commit: Callable[[], None], caplog: pytest.LogCaptureFixture) -> None:
    for outcome, (state, charged) in BECOMES.items():
        message = handed_over()
        lose_a_commit()
        settle(message=message, delivery=Delivery(outcome, "so it says"), now=NOW)
        message.refresh_from_db()
        assert (message.state, message.tries, charge_of(message)) == (state, 1, charged)
        assert list(message.attempts.values_list("number", "outcome")) == [(1, outcome)]
    assert "without a lease" not in caplog.text


def test_what_the_channel_did_not_take_is_put_back_once(lose_a_commit: Callable[[], None]) -> None:
    message = handed_over()
    lose_a_commit()
    release(message=message, reason="401 Who are you?")
    message.refresh_from_db()
    assert (message.state, message.tries, charge_of(message)) == (State.QUEUED, 0, 0)


def test_whoever_goes_on_meanwhile_is_not_disturbed(
    lose_a_commit: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a sender waits for the database, the message comes into other hands."""
    message = MessageFactory(due=NOW)
    slow = claim(now=NOW)
    assert slow
    quick: list[Message | None] = []
    later = NOW + 2 * LEASE

    def go_on(seconds: float) -> None:
        sweep(now=later)
        Message.objects.update(next_try=later)
        quick.append(claim(now=later))

    monkeypatch.setattr(outlasting, "sleep", go_on)
    lose_a_commit()
    settle(message=slow, delivery=Delivery(Outcome.TEMPORARY, "451 Later"), now=NOW)
    message.refresh_from_db()
    assert quick == [message]
    assert (message.state, message.tries) == (State.SENDING, 1)
    settle(message=message, delivery=Delivery(Outcome.ACCEPTED, "250 OK"), now=later)
    message.refresh_from_db()
    assert (message.state, message.tries, message.attempts.count()) == (State.SENT, 2, 2)


def test_a_database_that_stays_away_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nobody knows what the answer was, and the sweep says so."""
    monkeypatch.setattr(outlasting, "A_RESTART", 1)
    message = handed_over()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "PORT", 1)  # where nobody listens
        connection.close()
        with pytest.raises(OperationalError):
            settle(message=message, delivery=Delivery(Outcome.ACCEPTED, "250 OK"), now=NOW)
    sweep(now=NOW + 2 * LEASE)
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
