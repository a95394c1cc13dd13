"""What becomes of an SMS, whatever a real gateway does."""

import logging
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from messaging.channels import http
from messaging.choices import Outcome, State
from messaging.kinds import Content
from messaging.models import Message
from tests.api import DROP, HANG, ApiServer
from tests.factories import NOW, MessageFactory
from tests.messaging.conftest import Know, Send
from tests.services import free_port

pytestmark = pytest.mark.django_db
WORDS = "Hej Åsa! Kursen börjar kl. 9 i Åhus."
TAKEN = (200, {"id": "s1", "status": "created", "parts": 1, "cost": 3500})
DAY = timedelta(days=1)


@pytest.fixture
def gateway(settings: Settings) -> Iterator[ApiServer]:
    """A gateway to which this test's SMS go."""
    server = ApiServer(TAKEN)
    server.start()
    use(settings, server)
    yield server
    server.stop()


def use(settings: Settings, server: ApiServer) -> None:
    settings.SMS_IN_FOLDER = False
    settings.SMS_GATEWAY, settings.SMS_USER, settings.SMS_PASSWORD = f"{server.address}/a1/sms", "portal", "hemligt"
    settings.SMS_FROM = "Intro"


@pytest.fixture(autouse=True)
def _short_words(know: Know, monkeypatch: pytest.MonkeyPatch) -> None:
    know(render=lambda message: Content(subject="Hej", text="Hej\n", html="<p>Hej</p>", sms=WORDS))
    monkeypatch.setattr(http, "TIMEOUT", 0.5)


def test_the_gateway_is_told_from_whom_to_whom_what_and_where_to_report(send: Send, gateway: ApiServer) -> None:
    message = MessageFactory.create(sms=True)
    send()
    message.refresh_from_db()
    assert (message.state, message.provider_reference) == (State.SENT, "s1")
    [request] = gateway.requests
    assert (request.path, request.login) == ("/a1/sms", "portal:hemligt")
    assert {name: request.form[name] for name in ("from", "to", "message")} == {
        "from": "Intro",
        "to": message.recipient,
        "message": WORDS,
    }
    assert request.form["whendelivered"].startswith(f"http://localhost:8000/leveransbesked/sms/{message.pk}/")
    assert message.attempts.get().detail == "status created, parts 1, cost 3500"


@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        # A clear no, for now or for good
        ((429, "Too many requests"), State.QUEUED, Outcome.TEMPORARY),
        ((503, "Down for maintenance"), State.QUEUED, Outcome.TEMPORARY),
        ((400, "Invalid to number"), State.DEAD, Outcome.PERMANENT),
        ((422, "No such number"), State.DEAD, Outcome.PERMANENT),
        ((200, {"id": "s1", "status": "failed"}), State.DEAD, Outcome.PERMANENT),
        # Silence after the handover, or what may be a yes
        (DROP, State.UNCERTAIN, Outcome.UNKNOWN),
        (HANG, State.UNCERTAIN, Outcome.UNKNOWN),
        ((500, "Oops"), State.UNCERTAIN, Outcome.UNKNOWN),
        ((502, "Bad gateway"), State.UNCERTAIN, Outcome.UNKNOWN),
        ((504, "Gateway timeout"), State.UNCERTAIN, Outcome.UNKNOWN),
        ((200, "OK"), State.UNCERTAIN, Outcome.UNKNOWN),
        ((200, "\0"), State.UNCERTAIN, Outcome.UNKNOWN),
        ((200, ["s1"]), State.UNCERTAIN, Outcome.UNKNOWN),
        ((200, {"status": "created"}), State.UNCERTAIN, Outcome.UNKNOWN),
    ],
)
def test_what_an_sms_becomes(send: Send, gateway: ApiServer, answer: Any, state: State, outcome: Outcome) -> None:
    message = MessageFactory.create(sms=True)
    gateway.answer = answer
    send(NOW)
    message.refresh_from_db()
    assert (message.state, message.tries, message.attempts.get().outcome) == (state, 1, outcome)
    assert message.error

    # The gateway comes to its senses: what had surely not arrived is sent, nothing is sent twice.
    gateway.answer = TAKEN
    send(NOW + DAY / 24)
    message.refresh_from_db()
    assert message.state == (State.SENT if state == State.QUEUED else state)
    assert len(gateway.requests) == (2 if state == State.QUEUED else 1)


# --- The channel pauses -----------------------------------------------------------------------------------------------
def assert_paused(message: Message, send: Send, caplog: pytest.LogCaptureFixture, *, because: str) -> None:
    """The message isn't blamed and waits, mail goes on, and the log says why."""
    mail = MessageFactory.create(due=NOW)
    with caplog.at_level(logging.ERROR):
        send()
    message.refresh_from_db()
    mail.refresh_from_db()
    assert (message.state, message.tries, message.handed_over) == (State.QUEUED, 0, None)
    assert mail.state == State.SENT
    assert because in caplog.text


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_a_gateway_that_refuses_the_portal_pauses_sms_and_no_mail(
    send: Send, gateway: ApiServer, mail_folder: Path, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    message = MessageFactory.create(sms=True)
    gateway.answer = (status, "Not you")
    assert_paused(message, send, caplog, because=f"{status} Not you")

    gateway.answer = TAKEN
    send(NOW + DAY / 24)
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_gateway_that_is_away_pauses_sms(
    send: Send, gateway: ApiServer, mail_folder: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_GATEWAY = f"http://127.0.0.1:{free_port()}/a1/sms"
    assert_paused(MessageFactory.create(sms=True), send, caplog, because="Connection refused")


def test_a_gateway_that_points_elsewhere_is_not_followed(
    send: Send, gateway: ApiServer, mail_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.answer, gateway.headers = (307, ""), {"Location": f"{gateway.address}/elsewhere"}
    assert_paused(MessageFactory.create(sms=True), send, caplog, because="TooManyRedirects")
    assert [request.path for request in gateway.requests] == ["/a1/sms"]


def test_what_no_longer_holds_does_not_leave(send: Send, gateway: ApiServer, know: Know) -> None:
    content = Content(subject="", text="", html="", sms=WORDS)
    know(render=lambda message: content, still_holds=lambda message, now: False)
    message = MessageFactory.create(sms=True)
    send()
    message.refresh_from_db()
    assert message.state == State.CANCELLED
    assert gateway.requests == []


@pytest.fixture
def encrypted_gateway(certificate: Path, settings: Settings) -> Iterator[ApiServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = ApiServer(TAKEN, tls=context)
    server.start()
    use(settings, server)
    yield server
    server.stop()


def test_a_certificate_that_nobody_vouches_for_pauses_sms(
    send: Send, encrypted_gateway: ApiServer, mail_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert_paused(MessageFactory.create(sms=True), send, caplog, because="CERTIFICATE_VERIFY_FAILED")
    assert encrypted_gateway.requests == []


def test_sms_travel_encrypted(
    send: Send, encrypted_gateway: ApiServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    MessageFactory.create(sms=True)
    send()
    assert len(encrypted_gateway.requests) == 1
