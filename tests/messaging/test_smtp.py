"""What becomes of a message, whatever a real mail server does."""

import re
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from messaging.choices import Channel, Outcome, State
from messaging.models import Pause
from messaging.rules import LONG_PAUSE, MAX_TRIES, PAUSE
from tests.factories import NOW, MessageFactory
from tests.messaging.conftest import Send
from tests.services import free_port
from tests.smtp import DROP, HANG, STEPS, MailServer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_an_accepted_message_is_sent(send: Send, mail_server: MailServer) -> None:
    message = MessageFactory.create(recipient="asa@example.org")
    send()
    message.refresh_from_db()
    assert (message.state, message.provider_reference, message.error) == (State.SENT, "00000001", "")
    [accepted] = mail_server.accepted
    assert accepted.recipients == ["asa@example.org"]
    assert accepted.mail["Message-ID"] == f"<{message.pk}@localhost>"


def test_one_connection_serves_a_whole_round(send: Send, mail_server: MailServer) -> None:
    MessageFactory.create_batch(5)
    send()
    assert (len(mail_server.accepted), mail_server.connections) == (5, 1)


def test_every_receiver_has_a_mail_of_her_own(send: Send, mail_server: MailServer) -> None:
    MessageFactory.create_batch(3)
    send()
    assert [len(accepted.recipients) for accepted in mail_server.accepted] == [1, 1, 1]


WHAT_FOLLOWS = [
    # A clear no, for now or for good
    ("mail", "421 4.3.2 Shutting down", State.QUEUED, Outcome.TEMPORARY),
    ("mail", "451 4.3.0 Try later", State.QUEUED, Outcome.TEMPORARY),
    ("recipient", "421 4.3.2 Shutting down", State.QUEUED, Outcome.TEMPORARY),
    ("recipient", "451 4.7.1 Greylisted", State.QUEUED, Outcome.TEMPORARY),
    ("recipient", "550 5.1.1 No such user", State.DEAD, Outcome.PERMANENT),
    ("data", "421 4.3.2 Shutting down", State.QUEUED, Outcome.TEMPORARY),
    ("data", "451 4.3.0 Try later", State.QUEUED, Outcome.TEMPORARY),
    ("data", "554 5.5.1 No valid recipients", State.DEAD, Outcome.PERMANENT),
    ("data", "250 What?", State.QUEUED, Outcome.TEMPORARY),
    ("final dot", "421 4.3.2 Shutting down", State.QUEUED, Outcome.TEMPORARY),
    ("final dot", "451 4.3.0 Disk full", State.QUEUED, Outcome.TEMPORARY),
    ("final dot", "554 5.7.1 Looks like spam", State.DEAD, Outcome.PERMANENT),
    # Silence before the handover
    ("mail", DROP, State.QUEUED, Outcome.NOT_HANDED_OVER),
    ("mail", HANG, State.QUEUED, Outcome.NOT_HANDED_OVER),
    ("recipient", DROP, State.QUEUED, Outcome.NOT_HANDED_OVER),
    ("recipient", HANG, State.QUEUED, Outcome.NOT_HANDED_OVER),
    # Silence after it: whether the server has it, nobody can say
    ("data", DROP, State.UNCERTAIN, Outcome.UNKNOWN),
    ("data", HANG, State.UNCERTAIN, Outcome.UNKNOWN),
    ("text", DROP, State.UNCERTAIN, Outcome.UNKNOWN),
    ("text", HANG, State.UNCERTAIN, Outcome.UNKNOWN),
    ("final dot", DROP, State.UNCERTAIN, Outcome.UNKNOWN),
    ("final dot", HANG, State.UNCERTAIN, Outcome.UNKNOWN),
    ("answer", DROP, State.UNCERTAIN, Outcome.UNKNOWN),
    ("answer", HANG, State.UNCERTAIN, Outcome.UNKNOWN),
    ("answer", "gibberish", State.UNCERTAIN, Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("step", "does", "state", "outcome"), WHAT_FOLLOWS)
def test_what_a_message_becomes(
    send: Send, mail_server: MailServer, settings: Settings, step: str, does: str, state: State, outcome: Outcome
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    message = MessageFactory.create()
    mail_server.misbehaviour = {step: does}
    send(NOW)
    message.refresh_from_db()
    assert (message.state, message.tries, message.attempts.get().outcome) == (state, 1, outcome)
    assert message.error

    # The server comes to its senses: what had surely not arrived arrives once, nothing arrives twice.
    mail_server.misbehaviour = {}
    send(NOW + DAY / 2)
    message.refresh_from_db()
    assert message.state == (State.SENT if state == State.QUEUED else state)
    assert max(mail_server.copies.values(), default=0) <= 1
    assert (message.state == State.SENT) == (len(mail_server.accepted) == 1 and step != "answer")


def test_the_table_above_leaves_no_step_out() -> None:
    assert {row[0] for row in WHAT_FOLLOWS} == STEPS


@pytest.mark.parametrize("step", ["recipient", "data", "final dot"])
@pytest.mark.parametrize("does", ["451 Later", "550 Never", DROP])
def test_a_message_in_trouble_does_not_hold_up_the_next(
    send: Send, mail_server: MailServer, step: str, does: str
) -> None:
    MessageFactory.create(due=NOW - DAY / 2)
    fine = MessageFactory.create()
    mail_server.misbehaviour = {step: does}
    mail_server.once = True
    send()
    fine.refresh_from_db()
    assert fine.state == State.SENT


def test_a_server_that_has_hung_up_in_between_is_called_again(send: Send, mail_server: MailServer) -> None:
    MessageFactory.create_batch(2)
    mail_server.misbehaviour = {"reset": DROP}
    send()
    assert (len(mail_server.accepted), mail_server.connections) == (2, 2)


def test_an_answer_to_one_mail_is_not_taken_for_that_to_the_next(send: Send, mail_server: MailServer) -> None:
    MessageFactory.create_batch(2)
    mail_server.misbehaviour = {"answer": "gibberish\r\n250 OK"}
    mail_server.once = True
    send()
    assert (len(mail_server.copies), mail_server.connections) == (2, 2)


def test_after_eight_tries_a_message_is_given_up(send: Send, mail_server: MailServer) -> None:
    message = MessageFactory.create(expires=NOW + 100 * DAY)
    mail_server.misbehaviour = {"recipient": "451 4.7.1 Greylisted"}
    for tries in range(MAX_TRIES + 2):
        send(NOW + tries * DAY)
    message.refresh_from_db()
    assert (message.state, message.tries, message.error) == (State.DEAD, MAX_TRIES, "451 4.7.1 Greylisted")
    assert [attempt.number for attempt in message.attempts.order_by("number")] == list(range(1, MAX_TRIES + 1))


# --- The channel pauses -----------------------------------------------------------------------------------------------
def assert_paused(send: Send, caplog: pytest.LogCaptureFixture, *, because: str, rest: timedelta = LONG_PAUSE) -> None:
    """No message is blamed, none is sent for a while, and the log says why."""
    messages = MessageFactory.create_batch(3)
    send()
    for message in messages:
        message.refresh_from_db()
        assert (message.state, message.tries) == (State.QUEUED, 0)
    pause = Pause.objects.get()
    assert (pause.channel, pause.until, pause.needs_somebody) == (Channel.EMAIL, NOW + rest, rest == LONG_PAUSE)
    assert because in pause.reason
    send(NOW + rest - timedelta(seconds=1))
    assert len(re.findall(f"sending is paused: .*{because}", caplog.text)) == 1


def test_a_refused_log_in_pauses_the_channel(
    send: Send, mail_server: MailServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.password = "the right one"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "the wrong one"
    assert_paused(send, caplog, because="535")

    settings.EMAIL_HOST_PASSWORD = "the right one"
    send(NOW + LONG_PAUSE)
    assert len(mail_server.accepted) == 3


def test_a_log_in_that_is_wanted_pauses_the_channel(
    send: Send, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.password = "nobody told the portal"
    assert_paused(send, caplog, because="530")


def test_a_refused_sender_pauses_the_channel(
    send: Send, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.misbehaviour = {"mail": "550 5.7.1 We do not know you"}
    assert_paused(send, caplog, because="550")


def test_a_server_that_is_away_pauses_the_channel(
    send: Send, mail_server: MailServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_PORT = free_port()
    assert_paused(send, caplog, because="Connection refused", rest=PAUSE)


def test_a_server_that_takes_no_log_in_for_now_rests_a_minute(
    send: Send, mail_server: MailServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.password = "the right one"
    mail_server.misbehaviour = {"log-in": "454 4.7.0 Temporary authentication failure"}
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "the right one"
    assert_paused(send, caplog, because="454", rest=PAUSE)


def test_without_the_encryption_that_is_wanted_nothing_is_sent(
    send: Send, mail_server: MailServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_USE_TLS = True  # and the server offers none
    assert_paused(send, caplog, because="STARTTLS extension not supported")
    assert mail_server.accepted == []


@pytest.fixture
def encrypting_server(certificate: Path, settings: Settings) -> Iterator[MailServer]:
    """A mail server that wants STARTTLS before anything else."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = MailServer(tls=context)
    server.start()
    settings.EMAIL_IN_FOLDER = False
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = server.hostname, server.port, True
    yield server
    server.stop()


def test_a_certificate_that_nobody_vouches_for_pauses_the_channel(
    send: Send, encrypting_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    assert_paused(send, caplog, because="CERTIFICATE_VERIFY_FAILED")
    assert encrypting_server.accepted == []


def test_mail_travels_encrypted(
    send: Send, encrypting_server: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    MessageFactory.create()
    send()
    assert len(encrypting_server.accepted) == 1
