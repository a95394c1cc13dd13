"""No region spends more on SMS in a month than it has said, however many workers send."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from pytest_django import Settings

from messaging import limits
from messaging.channels.parts import parts_of
from messaging.choices import State
from messaging.kinds import Content
from messaging.models import Message, SmsMonth
from tests.api import DROP, ApiServer
from tests.factories import NOW, MessageFactory, RegionFactory
from tests.messaging.conftest import Know, Send
from tests.messaging.test_gateway import TAKEN, gateway
from tests.races import at_once

__all__ = ["gateway"]

pytestmark = pytest.mark.django_db
WORDS = "Hej Åsa! " * 20
PARTS = 2
REGION = uuid4()
HOUR = timedelta(hours=1)
MARCH = date(2026, 3, 1)  # NOW's


@pytest.fixture(autouse=True)
def _two_parts(know: Know) -> None:
    assert parts_of(WORDS) == PARTS
    know(render=lambda message: Content(subject="Hej", text="Hej\n", html="<p>Hej</p>", sms=WORDS))


def may_spend(monkeypatch: pytest.MonkeyPatch, parts: int) -> None:
    monkeypatch.setattr(limits, "_limits", [lambda scope: parts if scope == REGION else 0])


def spent(month: date = MARCH) -> int:
    return sum(SmsMonth.objects.filter(scope=REGION, month=month).values_list("parts", flat=True))


def sms(**fields: Any) -> Message:
    return MessageFactory.create(sms=True, scope=REGION, **fields)


def states() -> list[str]:
    return sorted(Message.objects.values_list("state", flat=True))


def test_an_sms_is_charged_by_its_parts(send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    may_spend(monkeypatch, 10)
    message = sms()
    send()
    message.refresh_from_db()
    assert (message.state, message.parts, spent()) == (State.SENT, PARTS, PARTS)


def test_what_would_go_beyond_the_limit_is_withheld_with_the_reason(
    send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_spend(monkeypatch, 5)
    for _each in range(3):
        sms()
    send()
    assert states() == [State.SENT, State.SENT, State.WITHHELD]
    assert (spent(), len(gateway.requests)) == (4, 2)
    withheld = Message.objects.get(state=State.WITHHELD)
    assert withheld.error == "Regionens sms för månaden är slut: 4 av 5."
    assert (withheld.handed_over, withheld.parts) == (None, 0)
    month = SmsMonth.objects.get()
    assert (month.withheld, month.reached) == (1, 5)


def test_a_region_that_allows_none_sends_none(send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    may_spend(monkeypatch, 0)
    message = sms()
    send()
    message.refresh_from_db()
    assert (message.state, message.error) == (State.WITHHELD, "Regionen skickar inga sms.")
    assert gateway.requests == []


def test_nor_does_a_portal_without_a_gateway(
    send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    may_spend(monkeypatch, 10)
    settings.SMS_ON = False
    sms()
    send()
    assert (states(), gateway.requests) == ([State.WITHHELD], [])


def test_an_sms_of_no_region_is_paid_by_nobody(send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    may_spend(monkeypatch, 10)
    MessageFactory.create(sms=True, scope=None)
    send()
    assert (states(), gateway.requests) == ([State.WITHHELD], [])


def test_mail_costs_nothing(send: Send, gateway: ApiServer, mail_folder: object) -> None:
    MessageFactory.create(scope=REGION)
    send()
    assert (states(), spent()) == ([State.SENT], 0)


@pytest.mark.parametrize("answer", [(429, "Later"), (400, "Never"), (401, "Not you")])
def test_what_surely_has_not_arrived_is_given_back(
    send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    may_spend(monkeypatch, 2)
    gateway.answer = answer
    message = sms()
    send()
    message.refresh_from_db()
    assert (message.parts, spent()) == (0, 0)


def test_what_may_have_arrived_stays_charged_and_is_charged_again_when_it_is_sent_again(
    send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_spend(monkeypatch, 10)
    gateway.answer = DROP
    message = sms()
    send()
    assert (states(), spent()) == ([State.UNCERTAIN], PARTS)

    gateway.answer = TAKEN
    Message.objects.filter(pk=message.pk).update(state=State.QUEUED, handed_over=None, lease_token=None)
    send(NOW + HOUR)
    assert (states(), spent()) == ([State.SENT], 2 * PARTS)


def test_each_month_by_the_local_calendar_has_its_own(
    send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_spend(monkeypatch, 2)
    last_of_march, first_of_april = datetime(2026, 3, 31, 17, 59, tzinfo=UTC), datetime(2026, 4, 1, 5, 0, tzinfo=UTC)
    sms(due=last_of_march)
    send(last_of_march)
    sms(due=first_of_april)
    send(first_of_april)
    assert states() == [State.SENT, State.SENT]
    assert (spent(MARCH), spent(date(2026, 4, 1))) == (2, 2)


def test_the_limit_is_what_the_region_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """As regions say when Django starts."""
    apps.get_app_config("regions").ready()
    assert limits.sms_limit(RegionFactory(sms_parts_per_month=500).pk) == 500
    assert limits.sms_limit(RegionFactory().pk) == 0
    assert limits.sms_limit(uuid4()) == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_workers_together_never_go_beyond_the_limit(
    send: Send, gateway: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_spend(monkeypatch, 21)
    for _each in range(16):
        sms()
    at_once([send] * 8)
    assert Counter(states()) == {State.SENT: 10, State.WITHHELD: 6}
    assert (spent(), len(gateway.requests)) == (20, 10)
