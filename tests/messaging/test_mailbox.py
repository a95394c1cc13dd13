"""The mail reader of development, over a folder into which the portal really wrote."""

import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from messaging.kinds import Attachment, Content
from tests.factories import MessageFactory
from tests.messaging.conftest import Know, Send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder"), pytest.mark.urls("tests.messaging.urls")]

CALENDAR = Attachment("tillfälle.ics", b"BEGIN:VCALENDAR", "text/calendar; method=PUBLISH")
LETTER = Content(
    subject="Välkommen <Åsa>",
    text="Hej Åsa!\n\nhttps://intro.example.org/min-utbildning/\n",
    html="<style>p { color: red }</style><p>Hej <b>Åsa</b>!</p>",
    attachments=(CALENDAR,),
)


def test_an_empty_folder_says_how_to_fill_it(client: Client) -> None:
    assert "<table" not in client.get(reverse("messaging:mailbox")).content.decode()


def test_mails_are_listed_newest_first(client: Client, know: Know, send: Send, mail_folder: Path) -> None:
    older, newer = MessageFactory.create_batch(2)
    send()
    for seconds, message in enumerate([older, newer]):
        os.utime(mail_folder / f"{message.pk}.eml", (seconds, seconds))
    page = client.get(reverse("messaging:mailbox")).content.decode()
    assert page.index(newer.recipient) < page.index(older.recipient)


def test_a_long_list_has_pages(client: Client, send: Send) -> None:
    MessageFactory.create_batch(51)
    send()
    assert client.get(reverse("messaging:mailbox")).content.count(b"@example.org") == 50
    assert client.get(reverse("messaging:mailbox"), {"page": "2"}).content.count(b"@example.org") == 1


def test_a_mail_is_shown_as_text(client: Client, know: Know, send: Send) -> None:
    know(render=lambda message: LETTER)
    message = MessageFactory.create()
    send()
    page = client.get(reverse("messaging:mail", args=[message.pk])).content.decode()
    assert "Välkommen &lt;Åsa&gt;" in page
    assert message.recipient in page
    assert "Hej Åsa!" in page
    assert 'href="https://intro.example.org/min-utbildning/"' in page


def test_its_html_is_shown_in_a_sandbox_that_lets_it_dress_and_nothing_else(
    client: Client, know: Know, send: Send
) -> None:
    know(render=lambda message: LETTER)
    message = MessageFactory.create()
    send()
    response = client.get(reverse("messaging:html", args=[message.pk]))
    policy = {
        name: values for name, *values in (part.split() for part in response["Content-Security-Policy"].split(";"))
    }
    assert response.content.decode().splitlines() == [LETTER.html]
    assert policy["sandbox"] == []
    assert policy["default-src"] == policy["script-src"] == ["'none'"]
    assert policy["style-src"] == ["'unsafe-inline'"]


def test_the_reader_itself_keeps_the_portals_policy(client: Client) -> None:
    assert "unsafe-inline" not in client.get(reverse("messaging:mailbox"))["Content-Security-Policy"]


def test_attachments_can_be_downloaded(client: Client, know: Know, send: Send) -> None:
    know(render=lambda message: LETTER)
    message = MessageFactory.create()
    send()
    response = client.get(reverse("messaging:attachment", args=[message.pk, 1]))
    assert (response.content, response["Content-Type"]) == (CALENDAR.content, "text/calendar")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''tillf%C3%A4lle.ics"


@pytest.mark.parametrize("number", [0, 2])
def test_an_attachment_that_is_not_there(client: Client, know: Know, send: Send, number: int) -> None:
    know(render=lambda message: LETTER)
    message = MessageFactory.create()
    send()
    assert client.get(reverse("messaging:attachment", args=[message.pk, number])).status_code == 404


def test_a_mail_that_is_not_there(client: Client) -> None:
    for name in ("mail", "html"):
        assert client.get(reverse(f"messaging:{name}", args=[uuid4()])).status_code == 404


def test_the_portals_own_mail_lands_in_the_same_folder(client: Client, mail_folder: Path) -> None:
    mail = EmailMultiAlternatives(
        "Din kod",
        "Koden är 123 456.",
        to=["asa@example.org"],
        connection=get_connection("messaging.backends.FolderBackend"),
    )
    assert mail.send() == 1
    [file] = mail_folder.iterdir()
    page = client.get(reverse("messaging:mail", args=[file.stem])).content.decode()
    assert "Din kod" in page
    assert "Koden är 123 456." in page


@pytest.mark.urls("introprogram.urls")
def test_outside_development_there_is_no_reader() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("messaging:mailbox")
