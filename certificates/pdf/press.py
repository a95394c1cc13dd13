"""From a certificate's document to its PDF, through a Django template and WeasyPrint."""

import gc
import html
import os
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

import pydyf
from django.template.loader import render_to_string
from django.utils import translation
from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]
from weasyprint import CSS, Document
from weasyprint.text.ffi import ffi, fontconfig, pangoft2
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from certificates.document import CertificateDocument
from certificates.pdf.fetcher import ASSETS, AssetFetcher, path_of
from certificates.pdf.images import UnsafeImageError, logo_uri, mark_uri, qr_place_uri
from certificates.pdf.source import Source
from certificates.pdf.stamping import DoesNotFitError, Fonts, Sheet, Typeface
from certificates.pdf.standards import VARIANT
from certificates.pdf.words import Line, lines, name_size, placeholder, rows

FONT_FAMILY = "Source Sans 3"
REGULAR, SEMIBOLD = "SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf"
TEMPLATES = {"certificate": "certificates/pdf.html", "statement": "certificates/pdf_statement.html"}
# From generous to tight; the last one lets the table run on to further pages.
DENSITIES = ("airy", "regular", "compact", "flowing")
BLANKS = frozenset(" \t\r\n")  # of HTML
AIRY_UP_TO, REGULAR_UP_TO = 6, 10
MASTERS = 32  # kept at a time, about 0.1 MB each: a region's programmes in two languages and three sizes of names


class CertificateUnprintable(Exception):  # noqa: N818 -- it is an answer, not a fault
    """The PDF would not show what was issued: a font, letter or image is missing or may not be opened."""


def render(document: CertificateDocument) -> bytes:
    """Return `document` as PDF/A-3a and PDF/UA-1 in its own language; A4, one page up to about fourteen modules.

    The bytes depend on the document, the shipped assets and catalogues, and the versions of the libraries; never on the
    clock, the process, or what was made before. Safe in threads (one at a time) and after a fork. Takes a millisecond
    when another of the same programme was made shortly before, otherwise 0.1 s. Raises CertificateUnprintable.
    """
    try:
        return _press(os.getpid()).print(document)
    except (FatalURLFetchingError, TTLibError, UnsafeImageError) as error:
        raise CertificateUnprintable(str(error)) from error


def render_all(documents: Iterable[CertificateDocument]) -> Iterator[bytes | CertificateUnprintable]:
    """Yield each of `documents` as `render` makes it, in their order, or why it can't be printed.

    Takes and holds one at a time. Those of one programme, region and language are best given one after the other.
    """
    for document in documents:
        try:
            yield render(document)
        except CertificateUnprintable as reason:
            yield reason


class _FontConfiguration(FontConfiguration):  # type: ignore[misc]  # WeasyPrint has no types
    """Fonts taken from where they lie.

    WeasyPrint's own copies them to a temporary folder, which a killed process leaves behind, and a forked child takes
    from its parent.
    """

    def add_font_face(self, rule_descriptors: dict[str, Any], url_fetcher: AssetFetcher) -> None:
        """Called by WeasyPrint with each @font-face rule."""
        [(_kind, url)] = rule_descriptors["src"]
        font = path_of(url)
        if not fontconfig.FcConfigAppFontAddFile(self._config, bytes(font)):
            raise CertificateUnprintable(f"{font.name} is missing or no font")
        pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", self.font_map))


class _Press:
    """Fonts and style sheets, read once. Pango's fonts and WeasyPrint's caches bear one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fetcher = AssetFetcher()
        self._fonts = _FontConfiguration()
        self._css = self._style_sheet((ASSETS / "certificate.css").read_text(encoding="utf-8"))
        self._accent = lru_cache(maxsize=64)(self._accent_style_sheet)
        self._characters = _characters_in_every_font()
        self._typefaces = {400: Typeface(ASSETS / REGULAR), 600: Typeface(ASSETS / SEMIBOLD)}
        self._master = lru_cache(MASTERS)(self._lay_master)
        # fontTools, with which WeasyPrint subsets fonts where HarfBuzz can't, writes the time into them.
        os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

    def print(self, document: CertificateDocument) -> bytes:
        with self._lock:
            try:
                return self._master(placeholder(document)).print(document, lines(document))
            except DoesNotFitError:
                return self._laid_out(document)

    def _lay_master(self, document: CertificateDocument) -> Sheet:
        """The sheet for all who have `document` as their placeholder."""
        return self._sheet(document, stamped=lines(document))

    def _laid_out(self, document: CertificateDocument) -> bytes:
        """The certificate laid out by itself."""
        return self._sheet(document, stamped={}).print(document, {})

    def _sheet(self, document: CertificateDocument, stamped: dict[str, Line]) -> Sheet:
        """The pages of `document`, open where the `stamped` lines stand."""
        sheets: list[Sheet] = []

        def keep(layout: Document, pdf: pydyf.PDF) -> None:
            _check_fonts(layout)
            sheets.append(Sheet(pdf, layout.fonts, stamped))
            del pdf.objects[1:]  # which WeasyPrint would write next

        with _nothing_collected():
            layout = self._layout(document)
            layout.fonts = Fonts(self._typefaces if stamped else {})
            layout.write_pdf(finisher=keep, pdf_variant=VARIANT, dpi=300)
        return sheets[0]

    def _layout(self, document: CertificateDocument) -> Document:
        """The pages in the most generous density in which they are one, or in the flowing one."""
        style_sheets = [self._css, self._accent(document.primary_colour)]
        for density in _densities_for(len(rows(document))):
            page = _page(document, density)
            self._check_characters(page)
            source = Source(page, self._fetcher)
            layout = source.render(self._fonts, stylesheets=style_sheets)
            if len(layout.pages) == 1:
                break
        return layout

    def _style_sheet(self, css: str) -> CSS:
        return CSS(string=css, font_config=self._fonts, url_fetcher=self._fetcher)

    def _accent_style_sheet(self, colour: str) -> CSS:
        return self._style_sheet(
            f".accent {{ color: {colour} }} .accent-edge {{ border-color: {colour} }} "
            f".mark {{ background-image: url({mark_uri(colour)}) }}"
        )

    def _check_characters(self, page: str) -> None:
        missing = sorted(set(html.unescape(page)) - self._characters - BLANKS)
        if missing:
            names = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing)
            raise CertificateUnprintable(f"{FONT_FAMILY} has no letter for {names}")


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """A layout makes many objects and needs them all: to look for garbage among them takes a sixth of its time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@cache
def _press(pid: int) -> _Press:
    """The press of the process `pid`: a child makes its own, Pango's fonts don't survive a fork."""
    return _Press()


def _characters_in_every_font() -> frozenset[str]:
    covered = [set(TTFont(BytesIO(path.read_bytes())).getBestCmap()) for path in ASSETS.glob("*.ttf")]
    return frozenset(map(chr, set.intersection(*covered)))


def _densities_for(modules: int) -> tuple[str, ...]:
    if modules <= AIRY_UP_TO:
        return DENSITIES
    return DENSITIES[1:] if modules <= REGULAR_UP_TO else DENSITIES[2:]


def _page(document: CertificateDocument, density: str) -> str:
    """The certificate as HTML in its language."""
    with translation.override(document.language):
        page = render_to_string(TEMPLATES[document.kind], context(document, density))
    return unicodedata.normalize("NFC", page)


def context(document: CertificateDocument, density: str) -> dict[str, Any]:
    """Return what the templates take."""
    found = lines(document)
    return {
        "certificate": document,
        "density": density,
        "name_size": name_size(document),
        "lines": found,
        "rows": [
            (module, found[f"date {number}"], found[f"hours {number}"])
            for number, module in enumerate(rows(document), start=1)
        ],
        "logo": logo_uri(document.region_logo) if document.region_logo else None,
        "qr_place": qr_place_uri(),
    }


def _check_fonts(layout: Document) -> None:
    """WeasyPrint only logs a font it can't use, and takes another."""
    strangers = {font.family for font in layout.fonts.values()} - {FONT_FAMILY}
    if strangers:
        raise CertificateUnprintable(f"{', '.join(sorted(strangers))} was taken instead of {FONT_FAMILY}")
