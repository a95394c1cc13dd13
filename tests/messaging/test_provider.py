"""What becomes of a mail that a provider's API takes, whatever it answers: anymail's backends before a real server."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.core.mail import send_mail
from pytest_django import Settings

from introprogram.providers import PROVIDERS
from messaging.choices import Outcome, State, Topic
from messaging.kinds import Attachment, Content
from messaging.models import Message
from tests.api import DROP, HANG, ApiServer, Request
from tests.factories import NOW, MessageFactory
from tests.messaging.conftest import Know, Send
from tests.services import free_port

pytestmark = pytest.mark.django_db
ASA = "asa@example.org"
DAY = timedelta(days=1)
TAKEN: dict[str, tuple[int, Any]] = {
    "brevo": (201, {"messageId": "reference"}),
    "mailgun": (200, {"id": "reference", "message": "Queued. Thank you."}),
    "mailjet": (200, {"Messages": [{"Status": "success", "To": [{"Email": ASA, "MessageID": "reference"}]}]}),
    "scaleway": (200, {"emails": [{"id": "reference", "mail_rcpt": ASA, "status": "new"}]}),
}
Use = Callable[[str], ApiServer]


@pytest.fixture
def use(settings: Settings) -> Iterator[Use]:
    """Let this test's mail go to the provider of that name, at whose address a server of ours answers."""
    server = ApiServer(DROP)

    def provide(name: str) -> ApiServer:
        server.answer = TAKEN[name]
        use_provider(settings, name, server.address)
        return server

    server.start()
    yield provide
    server.stop()


def use_provider(settings: Settings, name: str, address: str) -> None:
    provider = PROVIDERS[name]
    settings.EMAIL_PROVIDER, settings.EMAIL_IN_FOLDER = name, False
    settings.EMAIL_BACKEND, settings.EMAIL_REPORTS = provider.backend, provider.reports
    settings.ANYMAIL = {
        **dict.fromkeys(provider.needs, "hemligt"),
        f"{name.upper()}_API_URL": address,
        "WEBHOOK_SECRET": "provider:whose-password-nobody-guesses",
        "REQUESTS_TIMEOUT": 0.5,
    }


def test_every_provider_that_can_be_chosen_is_tested_here() -> None:
    assert TAKEN.keys() == PROVIDERS.keys()


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_mail_that_is_taken_is_sent(send: Send, use: Use, name: str) -> None:
    api = use(name)
    message = MessageFactory.create(recipient=ASA)
    send()
    message.refresh_from_db()
    assert (message.state, message.provider_reference, message.error) == (State.SENT, "reference", "")
    [request] = api.requests
    for words in ("Hälsningar från Åhus", ASA, str(message.pk)):
        assert words in readable(request)


def readable(request: Request) -> str:
    """The body without the escapes of JSON or of a form."""
    text = request.body.decode()
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else unquote_plus(text)


@pytest.mark.parametrize(
    ("name", "keeps"), [("brevo", True), ("mailgun", True), ("scaleway", True), ("mailjet", False)]
)
def test_a_mail_keeps_the_message_id_that_follows_from_its_message(
    send: Send, use: Use, name: str, keeps: bool
) -> None:
    api = use(name)
    message = MessageFactory.create(recipient=ASA)
    send()
    assert (f"<{message.pk}@localhost>" in readable(api.requests[0])) is keeps


def test_files_go_along(send: Send, use: Use, know: Know) -> None:
    calendar = Attachment("tillfälle.ics", "BEGIN:VCALENDAR åäö".encode(), 'text/calendar; charset="utf-8"')
    know(render=lambda message: Content(subject="Hej", text="Hej\n", html="<p>Hej</p>", attachments=(calendar,)))
    api = use("brevo")
    MessageFactory.create(recipient=ASA)
    send()
    [attached] = api.requests[0].json["attachment"]
    assert (attached["name"], b64decode(attached["content"])) == (calendar.filename, calendar.content)


@pytest.mark.parametrize(
    ("name", "shows"), [("brevo", False), ("mailgun", True), ("mailjet", True), ("scaleway", False)]
)
def test_a_logo_goes_along_where_it_can(send: Send, use: Use, know: Know, name: str, shows: bool) -> None:
    logo = Attachment("logo.png", b"a picture", "image/png")
    know(render=lambda message: Content(subject="Hej", text="Hej", html='<img src="cid:logo">', logo=logo))
    api = use(name)
    message = MessageFactory.create(recipient=ASA)
    send()
    message.refresh_from_db()
    assert message.state == State.SENT
    body = api.requests[0].body
    assert (b"a picture" in body or b64encode(b"a picture") in body) is shows


def test_a_mail_that_can_be_unsubscribed_from_says_how(send: Send, use: Use, know: Know) -> None:
    know(topic=Topic.REMINDERS)
    api = use("brevo")
    MessageFactory.create(recipient=ASA)
    send()
    headers = api.requests[0].json["headers"]
    assert headers["List-Unsubscribe"].startswith("<http://localhost:8000/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        ((429, "Too many requests"), State.QUEUED, Outcome.TEMPORARY),
        ((503, "Down for maintenance"), State.QUEUED, Outcome.TEMPORARY),
        ((400, "Invalid address"), State.DEAD, Outcome.PERMANENT),
        (DROP, State.UNCERTAIN, Outcome.UNKNOWN),
        (HANG, State.UNCERTAIN, Outcome.UNKNOWN),
        ((500, "Oops"), State.UNCERTAIN, Outcome.UNKNOWN),
        ((502, "Bad gateway"), State.UNCERTAIN, Outcome.UNKNOWN),
        ((200, "OK"), State.UNCERTAIN, Outcome.UNKNOWN),
        ((200, {"status": "fine"}), State.UNCERTAIN, Outcome.UNKNOWN),
    ],
)
def test_what_a_mail_becomes(send: Send, use: Use, name: str, answer: Any, state: State, outcome: Outcome) -> None:
    api = use(name)
    message = MessageFactory.create(recipient=ASA)
    api.answer = answer
    send(NOW)
    message.refresh_from_db()
    assert (message.state, message.tries, message.attempts.get().outcome) == (state, 1, outcome)
    assert message.error

    api.answer = TAKEN[name]
    send(NOW + DAY / 24)
    message.refresh_from_db()
    assert message.state == (State.SENT if state == State.QUEUED else state)
    assert len(api.requests) == (2 if state == State.QUEUED else 1)


def test_a_receiver_whom_the_provider_refuses(send: Send, use: Use) -> None:
    api = use("mailjet")
    api.answer = (400, {"Messages": [{"Status": "error", "Errors": [{"ErrorMessage": "invalid"}]}]})
    message = MessageFactory.create(recipient=ASA)
    send()
    message.refresh_from_db()
    assert message.state == State.DEAD


def assert_waits(message: Message) -> None:
    message.refresh_from_db()
    assert (message.state, message.tries, message.handed_over) == (State.QUEUED, 0, None)


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_pauses_mail_and_blames_no_message(send: Send, use: Use, name: str, status: int) -> None:
    api = use(name)
    api.answer = (status, {"message": "Key not found"})
    message = MessageFactory.create(recipient=ASA)
    send()
    assert_waits(message)


def test_a_provider_that_is_away_pauses_mail(send: Send, use: Use, settings: Settings) -> None:
    use("brevo")
    settings.ANYMAIL = {**settings.ANYMAIL, "BREVO_API_URL": f"http://127.0.0.1:{free_port()}"}
    message = MessageFactory.create(recipient=ASA)
    send()
    assert_waits(message)


def test_one_session_serves_a_whole_round(send: Send, use: Use) -> None:
    api = use("brevo")
    MessageFactory.create_batch(5)
    send()
    assert (len(api.requests), api.connections) == (5, 1)


def test_log_in_codes_go_the_same_way(use: Use, settings: Settings) -> None:
    api = use("scaleway")
    send_mail("Din kod", "123 456", None, [ASA])
    [request] = api.requests
    assert (request.json["subject"], request.headers["X-Auth-Token"]) == ("Din kod", "hemligt")
