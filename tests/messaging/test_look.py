"""A region's look in its mails."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from common.colours import EASY, READABLE, contrast, readable_on
from messaging.channels.mail import compose
from messaging.kinds import Content
from messaging.look import NIGHT, look_of
from messaging.mailbox import read
from messaging.models import Message
from messaging.rendering import render
from messaging.texts.text import Wording
from messaging.texts.words import say
from regions.models import Region
from tests.factories import NOW, MessageFactory, RegionFactory

pytestmark = pytest.mark.django_db


def picture(width: int = 1200, height: int = 600) -> bytes:
    content = BytesIO()
    Image.new("RGBA", (width, height), "teal").save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def region() -> Region:
    region = RegionFactory(name="Region Exempel", primary_colour="#7A1F5C")
    region.logo.save("logo.png", ContentFile(picture()))
    return region


def example(region: Region | None) -> Content:
    words = say(Wording("Hej", "Hej!"), {})
    return render("accounts/mail/example", {"words": words, "facts": "fakta", "region": region}, language="sv")


def mail(region: Region) -> tuple[Message, bytes]:
    message = MessageFactory(recipient="asa@example.org")
    return message, compose(message, example(region), now=NOW).data


class TestTheColour:
    @pytest.mark.parametrize("colour", ["#0B5563", "#7A1F5C", "#000000", "#1D4E89", "#7A4B00"])
    def test_it_can_be_read_by_day_and_by_night(self, colour: str) -> None:
        look = look_of(RegionFactory.build(primary_colour=colour))
        assert contrast(look.colour, "#FFFFFF") >= READABLE
        assert contrast(look.night, NIGHT) >= EASY

    def test_what_can_be_read_already_stays(self) -> None:
        assert readable_on(NIGHT, "#FFD54A") == "#FFD54A"

    def test_nothing_can_be_read_on_white(self) -> None:
        with pytest.raises(ValueError, match="nothing can be read"):
            readable_on("#FFFFFF", "#FFFFFF")

    def test_it_is_in_the_mail(self, region: Region) -> None:
        assert "#7A1F5C" in example(region).html

    def test_without_a_region_the_mail_has_the_portals(self) -> None:
        assert "#0B5563" in example(None).html


class TestTheLogo:
    def test_the_mail_carries_it_small_beside_its_html(self, region: Region) -> None:
        _message, data = mail(region)
        parsed = message_from_bytes(data, policy=default)
        assert isinstance(parsed, EmailMessage)
        html = parsed.get_body(("html",))
        assert html is not None
        assert '<img class="logo" src="cid:logo" alt="Region Exempel"' in html.get_content()
        [image] = [part for part in parsed.walk() if part.get_content_maintype() == "image"]
        assert (image["Content-ID"], image.get_content_disposition()) == ("<logo>", "inline")
        with Image.open(BytesIO(image.get_content())) as small:
            assert small.height <= 96
        assert list(parsed.iter_attachments()) == []

    def test_a_mail_is_worth_sending_without_it(self, region: Region) -> None:
        region.logo.storage.delete(str(region.logo.name))
        region.logo.name = "regions/gone.png"
        content = example(region)
        assert "cid:logo" not in content.html
        assert "Region Exempel" in content.html

    def test_the_mail_reader_shows_it(self, region: Region, mail_folder: Path) -> None:
        message, data = mail(region)
        mail_folder.mkdir()
        (mail_folder / f"{message.pk}.eml").write_bytes(data)
        assert 'src="data:image/png;base64,' in read(message.pk).html
