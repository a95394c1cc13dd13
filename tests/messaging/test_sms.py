"""SMS: to whom, when, and in which words."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError

from messaging import actions, mailbox
from messaging.choices import Channel, State
from messaging.kinds import Content, Draft
from messaging.models import Message
from tests.factories import NOW, MessageFactory
from tests.messaging.conftest import Know, Send
from tests.messaging.postcards import POSTCARD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]
ASA = "+46701740605"
WORDS = "Hej Åsa! Kursen börjar kl. 9 i Åhus."


@pytest.fixture(autouse=True)
def _short_words(know: Know) -> None:
    know(render=short_words)


def short_words(message: Message) -> Content:
    return Content(subject="Hej", text="Hej\n", html="<p>Hej</p>", sms=WORDS)


def test_a_draft_says_which_way_it_goes() -> None:
    draft = Draft(
        kind=POSTCARD, key="x", recipient=ASA, language="sv", due=NOW, expires=NOW.replace(hour=18), channel=Channel.SMS
    )
    actions.queue([draft])
    message = Message.objects.get()
    assert (message.channel, message.recipient) == (Channel.SMS, ASA)


def test_without_a_gateway_it_lands_in_the_mail_folder(send: Send) -> None:
    message = MessageFactory.create(sms=True)
    send()
    message.refresh_from_db()
    assert message.state == State.SENT
    [pk] = mailbox.newest_first()
    read = mailbox.read(pk)
    assert (read.recipient, read.text.strip()) == (message.recipient, WORDS)


def test_a_kind_without_words_for_sms_is_not_sent_as_one(send: Send, know: Know, mail_folder: Path) -> None:
    know(render=lambda message: Content(subject="Hej", text="Hej\n", html="<p>Hej</p>"))
    message = MessageFactory.create(sms=True)
    send()
    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert "no text for SMS" in message.error
    assert not mail_folder.exists()


@pytest.mark.parametrize("fields", [{"sms": True, "recipient": "asa@example.org"}, {"recipient": ASA}])
def test_a_number_gets_sms_and_an_address_mail(fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        MessageFactory.create(**fields)


@pytest.mark.parametrize(
    ("hour", "minute", "goes"), [(6, 59, False), (7, 0, True), (12, 0, True), (19, 59, True), (20, 0, False)]
)
@pytest.mark.parametrize(("month", "offset"), [(1, 1), (7, 2)])
def test_nobody_is_woken_by_an_sms_whatever_its_kind(
    send: Send, hour: int, minute: int, goes: bool, month: int, offset: int
) -> None:
    now = datetime(2026, month, 15, hour - offset, minute, tzinfo=UTC)
    night = MessageFactory.create(sms=True, due=now)
    mail = MessageFactory.create(due=now)
    send(now)
    night.refresh_from_db()
    mail.refresh_from_db()
    assert (night.state, mail.state) == (State.SENT if goes else State.QUEUED, State.SENT)


@pytest.mark.parametrize("daytime_only", [False, True])
def test_what_somebody_is_up_and_waiting_for_goes_at_night(know: Know, send: Send, daytime_only: bool) -> None:
    know(render=short_words, awaited=True, daytime_only=daytime_only)
    midnight = NOW.replace(hour=23)
    message = MessageFactory.create(sms=True, due=midnight)
    send(midnight)
    message.refresh_from_db()
    assert message.state == State.SENT
