"""What making a certificate never opens, what it does to a logo, and that a missing font is an error."""

import base64
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import reload
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from weasyprint.urls import FatalURLFetchingError

from certificates.pdf import CertificateUnprintable, fetcher, images, press, render, source
from certificates.pdf.fetcher import ASSETS, AssetFetcher
from certificates.pdf.images import UnsafeImageError, logo_uri
from tests.certificates.documents import SVG_LOGO, document, photograph, read

OUTSIDE = [
    "http://localhost:9/logo.png",
    "https://example.org/logo.png",
    "ftp://example.org/logo.png",
    "file:///etc/passwd",
    "asset:../pdf/press.py",
    "asset:/etc/passwd",
    "data:text/html;base64,PGI+",
    (ASSETS / "mark.svg").as_uri(),
]


@pytest.fixture
def other_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the assets that a test may spoil, and a press that knows no others."""
    assets = shutil.copytree(ASSETS, tmp_path / "assets")
    for module in (fetcher, images, press, source):
        monkeypatch.setattr(module, "ASSETS", assets)
    press._press.cache_clear()
    yield assets
    press._press.cache_clear()


class TestWhatItNeverOpens:
    @pytest.mark.parametrize("address", OUTSIDE)
    def test_a_page_that_names_an_address_outside_the_assets_is_not_printed(
        self, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(press, "logo_uri", bytes.decode)
        with pytest.raises(CertificateUnprintable) as refused:
            render(document(region_logo=address.encode()))
        assert isinstance(refused.value.__cause__, FatalURLFetchingError)

    @pytest.mark.parametrize("address", OUTSIDE)
    def test_nor_is_one_whose_style_sheet_does(self, address: str, other_assets: Path) -> None:
        take_in(address, other_assets / "certificate.css")
        with pytest.raises(CertificateUnprintable) as refused:
            render(document())
        assert isinstance(refused.value.__cause__, FatalURLFetchingError)

    @pytest.mark.parametrize("address", OUTSIDE)
    def test_nor_does_the_portal_start_if_that_of_the_elements_does(self, address: str, other_assets: Path) -> None:
        take_in(address, other_assets / "html.css")
        with pytest.raises(FatalURLFetchingError):
            reload(source)

    def test_the_assets_are_there(self) -> None:
        for name in ("SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf", "SourceSans3-LICENSE.md"):
            assert AssetFetcher().fetch(f"asset:{name}").read()

    @pytest.mark.parametrize(
        "part",
        [
            '<image href="http://localhost:9/x.png"/>',
            '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"/>',
            "<script>alert(1)</script>",
            '<style>@import "http://localhost:9/x.css";</style>',
            "<style>rect { fill: url(http://localhost:9/x.svg#a) }</style>",
            '<rect fill="url(http://localhost:9/x.svg#a)" width="1" height="1"/>',
            '<rect onload="alert(1)" width="1" height="1"/>',
            '<foreignObject><b xmlns="http://www.w3.org/1999/xhtml">hej</b></foreignObject>',
            '<use href="#a"/>',
            "<text>hej</text>",
        ],
    )
    def test_an_svg_logo_is_reduced_to_its_shapes(self, part: str) -> None:
        logo = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g>{part}</g></svg>'.encode()
        reduced = base64.b64decode(logo_uri(logo).partition(",")[2]).decode()
        for trace in ("localhost", "file:", "alert", "hej", "use"):
            assert trace not in reduced
        assert len(read(render(document(region_logo=logo))).pages) == 1

    @pytest.mark.parametrize(
        "logo",
        [
            pytest.param(b"GIF89a", id="neither PNG nor SVG"),
            pytest.param(b"\x89PNG\r\n\x1a\nbroken", id="broken PNG"),
            pytest.param(b"<html><body>hej</body></html>", id="HTML"),
            pytest.param(b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', id="entities"),
        ],
    )
    def test_a_logo_that_cannot_be_trusted_is_an_error(self, logo: bytes) -> None:
        with pytest.raises(UnsafeImageError):
            logo_uri(logo)
        with pytest.raises(CertificateUnprintable):
            render(document(region_logo=logo))

    @pytest.mark.parametrize("kind", ["png", "svg"])
    def test_a_logo_is_printed(self, kind: str) -> None:
        png = BytesIO()
        Image.new("RGBA", (200, 60), "#1D4E89").save(png, "PNG")
        page = photograph(render(document(region_logo=png.getvalue() if kind == "png" else SVG_LOGO)))
        colours = {colour for _, colour in page.crop((100, 80, 400, 240)).getcolors(maxcolors=100_000) or []}
        assert (0x1D, 0x4E, 0x89) in colours


def take_in(address: str, style_sheet: Path) -> None:
    """Let a style sheet want another one."""
    style_sheet.write_text(f'@import "{address}";\n{style_sheet.read_text()}')


class TestAMissingFont:
    def test_is_an_error(self, other_assets: Path) -> None:
        (other_assets / "SourceSans3-Semibold.ttf").unlink()
        with pytest.raises(CertificateUnprintable, match="Semibold"):
            render(document())

    def test_is_an_error_when_the_file_is_broken(self, other_assets: Path) -> None:
        (other_assets / "SourceSans3-Regular.ttf").write_bytes(b"not a font")
        with pytest.raises(CertificateUnprintable):
            render(document())

    def test_is_an_error_when_another_font_would_be_taken(self, other_assets: Path) -> None:
        style_sheet = other_assets / "certificate.css"
        style_sheet.write_text(style_sheet.read_text() + "h1 { font-family: monospace }")
        with pytest.raises(CertificateUnprintable, match="instead of Source Sans 3"):
            render(document())


def test_a_process_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    script = (
        "import django, os, signal; django.setup()\n"
        "from certificates.pdf import render\n"
        "from tests.certificates.documents import document\n"
        "render(document())\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", script], env=environment, cwd=settings.BASE_DIR, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
