"""How certificates look: seen before it is saved, and for certificates that are issued from then on."""

import base64
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from audit.models import AuditEvent
from regions.models import Region
from tests.certificates.people import finished_cohort, issued, qualified
from tests.certificates.seals import Authority, install
from tests.conftest import OpenPage
from tests.factories import NOW, ProgrammeFactory, RegionFactory, coordinator
from tests.journey.accessibility import violations, width_beyond_the_window

pytestmark = pytest.mark.django_db

LOOK = "/installningar/intyg/"
PLUM = "#7A1F5C"


@pytest.fixture
def region(client: Client) -> Region:
    """A region whose coordinator is logged in."""
    region = RegionFactory(code="SK")
    client.force_login(coordinator(region))
    return region


def picture(picture_format: str = "PNG", size: tuple[int, int] = (40, 20), colour: str = "teal") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, picture_format)
    return SimpleUploadedFile(f"logo.{picture_format.lower()}", content.getvalue())


def answers(region: Region, **changes: object) -> dict[str, Any]:
    """What the page sends when only `changes` were made."""
    names = ("primary_colour", "signatory_name", "signatory_title", "seat")
    return {name: getattr(region, name) for name in names} | changes


def saved(client: Client, region: Region, **changes: object) -> Any:
    return client.post(LOOK, answers(region, **changes) | {"save": "1"})


def shown(page: Any) -> Image.Image:
    """The example on a page."""
    [encoded] = re.findall(r'src="data:image/png;base64,([^"]+)"', page.content.decode())
    return Image.open(BytesIO(base64.b64decode(encoded))).convert("RGB")


def has_colour(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    """Whether the picture has it, or one that no eye tells from it."""
    difference = ImageChops.difference(image, Image.new("RGB", image.size, colour))
    return sum(difference.convert("L").histogram()[:8]) > 0


class TestSeeing:
    def test_the_example_shows_what_is_chosen_and_nothing_is_saved(self, client: Client, region: Region) -> None:
        page = client.post(LOOK, answers(region, primary_colour=PLUM))
        assert page.status_code == 200
        assert has_colour(shown(page), (0x7A, 0x1F, 0x5C))
        assert not has_colour(shown(client.get(LOOK)), (0x7A, 0x1F, 0x5C))
        region.refresh_from_db()
        assert region.primary_colour != PLUM
        assert not AuditEvent.objects.exists()

    def test_it_is_marked_and_leads_to_no_certificate(self, client: Client, region: Region) -> None:
        example = shown(client.get(LOOK))
        middle = example.crop((150, 300, 750, 950))
        assert ImageStat.Stat(middle).stddev[1] > ImageStat.Stat(middle).stddev[0], "the mark is red"
        [code] = zxingcpp.read_barcodes(example)
        assert code.text.endswith("/kontrollera/")

    def test_statements_and_english_are_shown_too(self, client: Client, region: Region) -> None:
        ProgrammeFactory(region=region, modules=3)
        seen = {
            shown(client.post(LOOK, answers(region, kind=kind, language=language))).tobytes()
            for kind in ("certificate", "statement")
            for language in ("sv", "en")
        }
        assert len(seen) == 4

    @pytest.mark.parametrize("asked", [{}, {"kind": "diploma", "language": "la"}])
    def test_the_choice_of_an_example_has_nothing_to_complain_of(
        self, client: Client, region: Region, asked: dict[str, str]
    ) -> None:
        first, later = client.get(LOOK), client.post(LOOK, answers(region, **asked))
        for page in (first, later):
            assert b"invalid" not in page.content
            assert "Detta fält måste fyllas i." not in page.content.decode()
        assert shown(first).tobytes() == shown(later).tobytes()

    def test_the_choice_of_an_example_stays(self, client: Client, region: Region) -> None:
        page = client.post(LOOK, answers(region, kind="statement", language="en")).content.decode()
        assert re.findall(r'<option value="(\w+)" selected', page) == ["statement", "en"]

    def test_a_chosen_logo_is_kept_until_it_is_saved(self, client: Client, region: Region) -> None:
        page = client.post(LOOK, answers(region, logo=picture(colour="lime"), seat=""))
        assert page.status_code == 422
        [kept] = re.findall(r'name="kept_logo" value="([^"]+)"', page.content.decode())
        page = client.post(LOOK, answers(region, kept_logo=kept))
        assert has_colour(shown(page), (0, 255, 0))
        saved(client, region, kept_logo=kept)
        region.refresh_from_db()
        with region.logo.open("rb") as file, Image.open(file) as logo:
            assert logo.convert("RGB").getpixel((1, 1)) == (0, 255, 0)

    @pytest.mark.parametrize("kept", ["no base64", base64.b64encode(b"GIF89a").decode()])
    def test_a_kept_logo_is_trusted_no_more_than_a_new_one(self, client: Client, region: Region, kept: str) -> None:
        page = saved(client, region, kept_logo=kept)
        assert page.status_code == 422
        assert "kept_logo" in page.context["form"].errors

    def test_what_cannot_be_printed_is_said_and_not_saved(self, client: Client, region: Region) -> None:
        page = saved(client, region, signatory_name="王小明")
        assert page.status_code == 422
        assert "U+738B" in page.content.decode()
        region.refresh_from_db()
        assert region.signatory_name != "王小明"

    def test_a_logo_that_cannot_be_printed_any_more_is_said(self, client: Client, region: Region) -> None:
        region.logo.save("logo.png", ContentFile(b"no picture"))
        page = client.get(LOOK)
        assert page.status_code == 200
        assert "Ett intyg kan inte tryckas så här" in page.content.decode()

    def test_it_asks_the_database_little(
        self, client: Client, region: Region, django_assert_max_num_queries: Any
    ) -> None:
        ProgrammeFactory(region=region, modules=9)
        with django_assert_max_num_queries(12):
            client.get(LOOK)

    @pytest.mark.parametrize("colour", ["#FFD54A", "teal", "#12345", "red;}"])
    def test_a_colour_that_cannot_be_read_is_refused(self, client: Client, region: Region, colour: str) -> None:
        page = saved(client, region, primary_colour=colour)
        assert page.status_code == 422
        assert "primary_colour" in page.context["form"].errors


class TestSaving:
    def test_it_holds_for_certificates_issued_from_then_on(self, client: Client) -> None:
        cohort = finished_cohort()
        first, second = qualified(cohort), qualified(cohort)
        region = cohort.programme.region
        client.force_login(coordinator(region))
        before = issued(first, rendered=False)
        saved(client, region, signatory_name="Ny Undertecknare", primary_colour=PLUM.lower())
        after = issued(second, rendered=False)
        assert (after.data["signatory_name"], after.data["primary_colour"]) == ("Ny Undertecknare", PLUM)
        assert before.data["signatory_name"] != "Ny Undertecknare"
        assert "2 intyg" in client.get(LOOK).content.decode()

    def test_it_is_logged(self, client: Client, region: Region) -> None:
        saved(client, region, seat="Ystad")
        event = AuditEvent.objects.about(region).get()
        assert (event.action, event.before, event.after) == ("region.changed", {"seat": "Lund"}, {"seat": "Ystad"})


class TestTheLogo:
    def test_anybody_sees_it(self, client: Client, region: Region) -> None:
        saved(client, region, logo=picture())
        response = Client().get(reverse("regions:logo", args=[region.pk]))
        assert response["Content-Type"] == "image/png"
        assert response["X-Content-Type-Options"] == "nosniff"
        with Image.open(BytesIO(b"".join(response.streaming_content))) as found:
            assert (found.format, found.size) == ("PNG", (40, 20))

    def test_what_else_the_file_held_is_left_behind(self, client: Client, region: Region) -> None:
        upload = picture()
        stuffed = SimpleUploadedFile("../../<b>.png", upload.read() + b"<script>alert(1)</script>")
        saved(client, region, logo=stuffed)
        region.refresh_from_db()
        with region.logo.open("rb") as file:
            assert b"script" not in file.read()
        assert "<" not in str(region.logo)

    @pytest.mark.parametrize(
        "upload",
        [
            picture("JPEG"),
            SimpleUploadedFile("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            SimpleUploadedFile("logo.png", b"MZ" + bytes(600_000)),
            picture(size=(2_001, 10)),
        ],
        ids=["jpeg", "svg", "program", "too wide"],
    )
    def test_anything_but_a_small_png_is_refused(
        self, client: Client, region: Region, upload: SimpleUploadedFile
    ) -> None:
        upload.seek(0)
        page = saved(client, region, logo=upload)
        assert page.status_code == 422
        assert "logo" in page.context["form"].errors

    def test_a_new_one_replaces_the_file_and_removing_deletes_it(
        self, client: Client, region: Region, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            saved(client, region, logo=picture())
        region.refresh_from_db()
        storage, first = region.logo.storage, str(region.logo)
        with django_capture_on_commit_callbacks(execute=True):
            saved(client, region, logo=picture())
        region.refresh_from_db()
        second = str(region.logo)
        assert storage.exists(second)
        assert not storage.exists(first)
        with django_capture_on_commit_callbacks(execute=True):
            saved(client, region, remove_logo="on")
        region.refresh_from_db()
        assert not region.logo
        assert not storage.exists(second)
        assert client.get(reverse("regions:logo", args=[region.pk])).status_code == 404


class TestTheSeal:
    def test_the_page_says_who_seals_until_when_and_what_is_wrong(
        self, client: Client, region: Region, settings: Settings, tmp_path: Path
    ) -> None:
        assert "inget elektroniskt sigill" in client.get(LOOK).content.decode()
        settings.SEAL_REGIONS, settings.SEAL_FOLDER = ["SK"], str(tmp_path)
        assert "SK.p12" in client.get(LOOK).content.decode()
        install(
            tmp_path, "SK", Authority().seal_key("Region Sigillande", starts=NOW.replace(2020), ends=NOW.replace(2099))
        )
        page = client.get(LOOK).content.decode()
        assert "Region Sigillande" in page
        assert "2099" in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_picture_follows_what_is_typed(
    open_page: OpenPage, live_server: LiveServer, client: Client, region: Region, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}{LOOK}")
    example = page.locator("#example img")
    before = example.get_attribute("src")
    page.locator("[name=primary_colour]").fill(PLUM)
    expect(example).not_to_have_attribute("src", before, timeout=20_000)
    page.locator("[name=primary_colour]").fill("#FFD54A")
    expect(page.locator("#example")).to_contain_text("för ljus", timeout=20_000)
    assert violations(page) == []
    assert width_beyond_the_window(page) == 0
    region.refresh_from_db()
    assert region.primary_colour != PLUM
