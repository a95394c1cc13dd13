"""Files that anybody may send: whatever they hold, the answer is a sentence, and never more memory than one takes."""

import zlib
from base64 import b64encode
from io import BytesIO
from struct import pack
from typing import Any
from unittest.mock import patch

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certificates.forms import LARGEST_FILE
from common.uploads import FleetingUploadHandler
from regions.models import Region
from tests.factories import RegionFactory, coordinator

pytestmark = pytest.mark.django_db

VERIFY, LOOK = "/kontrollera/", "/installningar/intyg/"


def linking_to(address: str) -> bytes:
    """A PDF that says that it can be checked there."""
    document = pikepdf.new()
    document.add_blank_page()
    link = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(URI=address))
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(link)])
    file = BytesIO()
    document.save(file)
    return file.getvalue()


class TestVerifying:
    @pytest.mark.parametrize(
        "address",
        [
            "http://[/kontrollera/?nummer=SK-2026-0001&kod=A",
            "https://x\u2100/kontrollera/?nummer=SK-2026-0001&kod=A",
            "https://example.org/kontrollera/?nummer=%00&kod=%00",
            "https://example.org/kontrollera/?nummer=%ED%A0%80&kod=%FF",
            "https://example.org/kontrollera/?" + "&" * 250,
        ],
    )
    def test_a_link_that_is_none_names_no_certificate(self, client: Client, address: str) -> None:
        page = client.post(VERIFY, {"file": "1", "fil": SimpleUploadedFile("intyg.pdf", linking_to(address))})
        assert page.status_code == 200
        assert page.context["certificate"] is None

    def test_many_files_take_no_more_memory_than_one(self, client: Client) -> None:
        content = b"%PDF-" + bytes(LARGEST_FILE - 5)
        files = {f"fil{number}": SimpleUploadedFile("intyg.pdf", content) for number in range(10)}
        kept: list[int] = []
        with patch.object(FleetingUploadHandler, "file_complete", autospec=True) as complete:
            complete.side_effect = lambda handler, size: kept.append(handler.file.tell())
            client.post(VERIFY, {"file": "1"} | files)
        assert len(kept) == len(files)
        assert sum(kept) == LARGEST_FILE


def chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


HEAD = b"\x89PNG\r\n\x1a\n"
SIZE = chunk(b"IHDR", pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0))
PALETTED = chunk(b"IHDR", pack(">IIBBBBB", 10, 10, 8, 3, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(bytes(31 * 10)))
END = chunk(b"IEND", b"")
BROKEN = {
    "a colour profile behind the picture that is none": SIZE + PIXELS + chunk(b"iCCP", b"x") + END,
    "more transparent colours than there can be": PALETTED + chunk(b"tRNS", bytes(300)) + PIXELS + END,
    "no pixels": SIZE + END,
    "a square of 60 000 pixels": chunk(b"IHDR", pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)) + PIXELS + END,
}


class TestLogos:
    @pytest.fixture
    def region(self, client: Client) -> Region:
        """A region whose coordinator is logged in."""
        region: Region = RegionFactory()
        client.force_login(coordinator(region))
        return region

    @pytest.mark.parametrize("kept", [False, True], ids=["chosen now", "chosen before"])
    @pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
    def test_a_broken_one_is_refused_and_nothing_is_lost(
        self, client: Client, region: Region, content: bytes, kept: bool
    ) -> None:
        picture: dict[str, Any] = {"logo": SimpleUploadedFile("logo.png", HEAD + content)}
        if kept:
            picture = {"kept_logo": b64encode(HEAD + content).decode()}
        words = {"primary_colour": "#0B5563", "signatory_name": "Siv", "signatory_title": "Chef", "seat": "Lund"}
        page = client.post(LOOK, words | picture | {"save": "1"})
        assert page.status_code == 422
        assert page.context["form"].errors.keys() == picture.keys()
        assert page.context["form"]["seat"].value() == "Lund"
        region.refresh_from_db()
        assert not region.logo
