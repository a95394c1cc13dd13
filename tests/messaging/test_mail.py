"""The mail that travels: its headers and parts."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from pytest_django import Settings

from messaging.channels.mail import compose
from messaging.kinds import Attachment, Content
from messaging.models import Message
from tests.factories import MessageFactory

CONTENT = Content(
    subject="Påminnelse: Samtal med barn, torsdagen den 12 mars i Örkelljunga, och en rad till som gör ämnet långt",
    text="Hej Åsa!\n" + "Väl mött. " * 200 + "\n.\nEn punkt för sig.\n",
    html="<p>Hej Åsa!</p>" + "<b>Väl mött.</b> " * 200,
)
WEDNESDAY = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _portal(settings: Settings) -> None:
    settings.BASE_URL = "https://intro.example.org:8443"
    settings.DEFAULT_FROM_EMAIL = "Introduktionsutbildningen Skåne <no-reply@example.org>"


def message(**fields: object) -> Message:
    return MessageFactory.build(id=UUID(int=7), recipient="asa@example.org", **fields)


def parsed(content: Content = CONTENT, **fields: object) -> EmailMessage:
    return message_from_bytes(compose(message(**fields), content, now=WEDNESDAY).data, policy=default)


def test_headers() -> None:
    mail = parsed()
    assert mail["Message-ID"] == "<00000000-0000-0000-0000-000000000007@intro.example.org>"
    assert mail["Date"].datetime == WEDNESDAY
    assert mail["From"] == "Introduktionsutbildningen Skåne <no-reply@example.org>"
    assert mail["To"] == "asa@example.org"
    assert mail["Subject"] == CONTENT.subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "sv"


def body(mail: EmailMessage, kind: str) -> list[str]:
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content()).splitlines()


def test_text_and_html_say_the_same() -> None:
    mail = parsed()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert body(mail, "plain") == CONTENT.text.splitlines()
    assert body(mail, "html") == [CONTENT.html]


def test_every_line_is_short_and_ascii_and_ends_as_servers_want() -> None:
    data = compose(message(), CONTENT, now=WEDNESDAY).data
    assert data.isascii()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 998  # RFC 5322, section 2.1.1


def test_a_calendar_is_attached_with_its_method() -> None:
    calendar = Attachment(
        "tillfälle.ics", "BEGIN:VCALENDAR åäö".encode(), 'text/calendar; charset="utf-8"; method=PUBLISH'
    )
    [part] = parsed(replace(CONTENT, attachments=(calendar,))).iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params == {"charset": "utf-8", "method": "PUBLISH"}
    assert part.get_filename() == "tillfälle.ics"
    assert part.get_payload(decode=True) == calendar.content


def test_a_line_break_does_not_get_into_a_header() -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        parsed(replace(CONTENT, subject="Hej\r\nBcc: alla@example.org"))


def test_sender_and_receiver_are_bare_addresses() -> None:
    mail = compose(message(), CONTENT, now=WEDNESDAY)
    assert (mail.sender, mail.recipient) == ("no-reply@example.org", "asa@example.org")


def test_a_domain_with_swedish_letters_is_written_as_mail_servers_know_it() -> None:
    receiver = MessageFactory.build(recipient="asa@räksmörgås.example.org")
    assert compose(receiver, CONTENT, now=WEDNESDAY).recipient == "asa@xn--rksmrgs-5wao1o.example.org"
