"""What gateways and providers report: proved, throttled, recorded once."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from messaging.channels.gateway import token_of
from messaging.choices import EventKind, State
from messaging.models import Message, MessageEvent
from messaging.views import webhooks
from tests.factories import NOW, MessageFactory
from tests.messaging.test_provider import use_provider

pytestmark = pytest.mark.django_db
LOGIN = "provider:whose-password-nobody-guesses"
SIGNING_KEY = "hemligt"


def sent(**fields: Any) -> Message:
    """A message that a provider has taken."""
    return MessageFactory.create(state=State.SENT, tries=1, handed_over=NOW, finished=NOW, **fields)


def nothing_changed(message: Message) -> bool:
    message.refresh_from_db()
    return message.state == State.SENT and not MessageEvent.objects.exists()


class TestSms:
    def report(self, client: Client, message: Message, status: str, *, token: str | None = None) -> Any:
        """As the gateway does: it has no cookie and no log-in, only the address that it was given."""
        address = reverse("webhooks:sms", args=[message.pk, token or token_of(message.pk)])
        return client.post(address, {"id": "s1", "status": status, "delivered": "2026-03-10T09:00:07"})

    @pytest.mark.parametrize(("status", "state"), [("delivered", State.DELIVERED), ("failed", State.BOUNCED)])
    def test_what_became_of_it_is_recorded(self, client: Client, status: str, state: State) -> None:
        message = sent(sms=True, provider_reference="s1")
        assert self.report(client, message, status).status_code == 204
        message.refresh_from_db()
        assert message.state == state

    def test_a_report_that_comes_twice_is_recorded_once(self, client: Client) -> None:
        message = sent(sms=True, provider_reference="s1")
        self.report(client, message, "delivered")
        assert self.report(client, message, "delivered").status_code == 204
        assert message.events.count() == 1

    def test_one_that_is_quicker_than_the_gateways_own_answer_counts(self, client: Client) -> None:
        message = MessageFactory.create(sms=True, claimed=True, handed_over=NOW)
        assert self.report(client, message, "delivered").status_code == 204
        assert message.events.get().kind == EventKind.DELIVERED

    def test_sent_and_what_else_a_gateway_tells_is_no_end(self, client: Client) -> None:
        message = sent(sms=True)
        assert self.report(client, message, "sent").status_code == 204
        assert nothing_changed(message)

    def test_who_does_not_know_the_address_changes_nothing(self, client: Client) -> None:
        message, other = sent(sms=True), sent(sms=True)
        assert self.report(client, message, "failed", token="0" * 22).status_code == 404
        assert self.report(client, message, "failed", token=token_of(other.pk)).status_code == 404
        assert self.report(client, MessageFactory.build(sms=True), "failed").status_code == 404
        assert nothing_changed(message)

    def test_it_is_only_sent(self, client: Client) -> None:
        message = sent(sms=True)
        assert client.get(reverse("webhooks:sms", args=[message.pk, token_of(message.pk)])).status_code == 405

    def test_other_sites_forms_are_no_danger_and_no_cookie_is_asked_for(self) -> None:
        message = sent(sms=True)
        assert self.report(Client(enforce_csrf_checks=True), message, "delivered").status_code == 204


def brevo(message: Message, event: str = "delivered", **more: Any) -> dict[str, Any]:
    """What Brevo sends: https://developers.brevo.com/docs/transactional-webhooks."""
    return {
        "event": event,
        "email": message.recipient,
        "message-id": "<1@smtp-relay.example.org>",
        "ts_epoch": int(NOW.timestamp() * 1000),
        "X-Mailin-custom": json.dumps({"message": str(message.pk)}),
        **more,
    }


def mailjet(message: Message, event: str = "sent", **more: Any) -> dict[str, Any]:
    return {
        "event": event,
        "time": int(NOW.timestamp()),
        "MessageID": 19421777835146490,
        "Payload": json.dumps({"message": str(message.pk)}),
        **more,
    }


def mailgun(message: Message, event: str = "delivered", *, at: datetime = NOW, token: str = "t1", **more: Any) -> Any:
    stamp = str(int(at.timestamp()))
    signature = hmac.new(SIGNING_KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": event,
            "timestamp": NOW.timestamp(),
            "message": {"headers": {"message-id": f"{message.pk}@localhost"}},
            "user-variables": {"message": str(message.pk)},
            **more,
        },
    }


def post(client: Client, content: Any, *, login: str | None = LOGIN) -> int:
    headers = {"Authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
    body = content if isinstance(content, str) else json.dumps(content)
    return client.post("/leveransbesked/epost", body, content_type="application/json", headers=headers).status_code


class TestMail:
    @pytest.mark.parametrize(
        ("event", "state"),
        [
            ("delivered", State.DELIVERED),
            ("hard_bounce", State.BOUNCED),
            ("blocked", State.BOUNCED),
            ("error", State.BOUNCED),
            ("deferred", State.SENT),
            ("opened", State.SENT),
        ],
    )
    def test_what_became_of_it_is_recorded(self, client: Client, settings: Settings, event: str, state: State) -> None:
        use_provider(settings, "brevo", "http://127.0.0.1:9")
        message = sent()
        assert post(client, brevo(message, event, reason="550 No such user")) == 204
        message.refresh_from_db()
        assert message.state == state

    def test_a_complaint_is_kept_with_its_time_and_words(self, client: Client, settings: Settings) -> None:
        use_provider(settings, "brevo", "http://127.0.0.1:9")
        message = sent()
        post(client, brevo(message, "spam", reason="feedback loop"))
        event = message.events.get()
        assert (event.kind, event.at, event.detail) == (EventKind.COMPLAINED, NOW, "feedback loop")

    def test_several_reports_may_come_at_once(self, client: Client, settings: Settings) -> None:
        use_provider(settings, "mailjet", "http://127.0.0.1:9")
        first, second = sent(), sent()
        assert post(client, [mailjet(first), mailjet(second, "bounce", error="user unknown")]) == 204
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (State.DELIVERED, State.BOUNCED)

    def test_a_report_that_comes_twice_is_recorded_once(self, client: Client, settings: Settings) -> None:
        use_provider(settings, "brevo", "http://127.0.0.1:9")
        message = sent()
        post(client, brevo(message))
        assert post(client, brevo(message)) == 204
        assert message.events.count() == 1

    @pytest.mark.parametrize("login", [None, "provider:guessed", ":", "provider:"])
    @pytest.mark.parametrize("name", ["brevo", "mailjet", "mailgun"])
    def test_who_does_not_log_in_changes_nothing(
        self, client: Client, settings: Settings, name: str, login: str | None
    ) -> None:
        use_provider(settings, name, "http://127.0.0.1:9")
        message = sent()
        write = {"brevo": brevo, "mailjet": mailjet, "mailgun": mailgun}[name]
        with time_machine.travel(NOW):
            assert post(client, write(message, "bounce"), login=login) == 400
        assert nothing_changed(message)

    @pytest.mark.parametrize("content", ["", "{}", "[]", "null", "7", '"x"', "{", "\ud83d", '{"event": {}}'])
    @pytest.mark.parametrize("name", ["brevo", "mailjet", "mailgun"])
    def test_what_is_no_report_changes_nothing(
        self, client: Client, settings: Settings, name: str, content: str
    ) -> None:
        use_provider(settings, name, "http://127.0.0.1:9")
        message = sent()
        assert post(client, content.encode("utf-8", "replace").decode()) in (204, 400)
        assert nothing_changed(message)

    @pytest.mark.parametrize("about", ["", "not-an-id", "00000000-0000-4000-8000-000000000000"])
    def test_a_report_about_nothing_that_is_known_changes_nothing(
        self, client: Client, settings: Settings, about: str
    ) -> None:
        use_provider(settings, "brevo", "http://127.0.0.1:9")
        message = sent()
        content = brevo(message) | {"X-Mailin-custom": json.dumps({"message": about})}
        assert post(client, content) == 204
        assert nothing_changed(message)

    def test_a_log_in_code_is_no_message_and_its_reports_are_let_go(self, client: Client, settings: Settings) -> None:
        use_provider(settings, "brevo", "http://127.0.0.1:9")
        content = brevo(MessageFactory.build())
        del content["X-Mailin-custom"]
        assert post(client, content) == 204

    @pytest.mark.parametrize("name", ["", "scaleway"])
    def test_without_a_provider_that_reports_there_is_no_such_page(
        self, client: Client, settings: Settings, name: str
    ) -> None:
        if name:
            use_provider(settings, name, "http://127.0.0.1:9")
        assert post(client, "{}") == 404

    def test_who_asks_too_often_waits(
        self, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        use_provider(settings, "brevo", "http://127.0.0.1:9")
        monkeypatch.setattr(webhooks, "REPORTS_PER_MINUTE", 2)
        message = sent()
        with time_machine.travel(NOW, tick=False):
            answers = [post(client, brevo(message)) for _time in range(3)]
        assert answers == [204, 204, 429]


class TestMailgun:
    """Its signature covers a time and a token, but nothing of the report: neither may be used a second time."""

    @pytest.fixture(autouse=True)
    def _mailgun(self, settings: Settings) -> Any:
        use_provider(settings, "mailgun", "http://127.0.0.1:9")
        with time_machine.travel(NOW, tick=False):
            yield

    def test_a_signed_report_is_recorded(self, client: Client) -> None:
        message = sent()
        assert post(client, mailgun(message)) == 204
        message.refresh_from_db()
        assert message.state == State.DELIVERED

    def test_one_with_a_wrong_signature_is_not(self, client: Client) -> None:
        message = sent()
        content = mailgun(message)
        content["signature"]["token"] = "another"
        assert post(client, content) == 400
        assert nothing_changed(message)

    def test_a_signature_serves_once(self, client: Client) -> None:
        message, other = sent(), sent()
        post(client, mailgun(message))
        assert post(client, mailgun(other, "failed", severity="permanent")) == 400
        other.refresh_from_db()
        assert other.state == State.SENT

    @pytest.mark.parametrize("age", [timedelta(hours=13), -timedelta(hours=13)])
    def test_an_old_signature_does_not_serve(self, client: Client, age: timedelta) -> None:
        message = sent()
        assert post(client, mailgun(message, at=NOW - age)) == 400
        assert nothing_changed(message)

    @pytest.mark.parametrize("stamp", ["", "soon", "nan", "1e400"])
    def test_a_time_that_is_none(self, client: Client, stamp: str) -> None:
        message = sent()
        content = mailgun(message)
        content["signature"] |= {
            "timestamp": stamp,
            "signature": hmac.new(SIGNING_KEY.encode(), f"{stamp}t1".encode(), hashlib.sha256).hexdigest(),
        }
        assert post(client, content) == 400
        assert nothing_changed(message)
