"""One layout, many certificates: the few lines that differ are set anew on a page that WeasyPrint laid out once.

WeasyPrint lays out a *master*, a certificate with the widest lines that fit. A `Sheet` is its page, cut where those
lines and the QR code stand. For each person the lines are set by HarfBuzz, as WeasyPrint would have set them, and the
parts are put together to a file. Marks and tags stay WeasyPrint's own: a stamped line stands in the marked content of
the line that it replaces. Reasons and figures are in docs/adr/0035.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

import pydyf
import uharfbuzz

from certificates.document import CertificateDocument
from certificates.pdf import standards
from certificates.pdf.images import QR_PLACE, qr_squares
from certificates.pdf.words import Line

# Basic Latin, Latin-1, Latin Extended-A, the Romanian letters with a comma below, and what typography adds.
LETTERS = "".join(map(chr, chain(range(0x20, 0x7F), range(0xA1, 0xAD), range(0xAE, 0x180), range(0x218, 0x21C))))
LETTERS += "–—‘’“”…"
NO_LIGATURES = {"liga": False, "clig": False}  # as in certificate.css: one glyph for each letter
MUTED = b"0.290196 0.356863 0.376471 rg"  # .missed in certificate.css
HEADER = b"%PDF-1.7\n%\xc3\xa5\xc3\xa4\xc3\xb6\n"
OBJECT = b"%d 0 obj\n%b\nendobj\n"
XREF_ENTRY = Struct(">BIH")
IN_STREAM = 2
# A line of text as WeasyPrint draws it: place, font, size, glyphs with the kerning between them.
RUN = re.compile(rb"BT\n1 0 0 -1 (\S+) (\S+) Tm\n/(\S+) (\S+) Tf\n\[(.*?)\] TJ\nET")
GLYPHS = re.compile(rb"<([0-9a-f]*)>")


class DoesNotFitError(Exception):
    """A line has letters that a master lacks, is too wide for its place, or has none."""


class Setting(NamedTuple):
    """A line of text in glyphs, as TJ takes them; `width` in thousandths of its size."""

    glyphs: bytes
    width: int


class Typeface:
    """One weight of the certificate's font, with the letters that every master carries of it."""

    def __init__(self, path: Path) -> None:
        self._font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path)))
        glyphs = {letter: self._font.get_nominal_glyph(ord(letter)) for letter in LETTERS}
        self.letters = {glyph: letter for letter, glyph in glyphs.items() if glyph}
        self.widths = {glyph: self._font.get_glyph_h_advance(glyph) for glyph in self.letters}
        self.set = lru_cache(maxsize=4096)(self._set)  # days and hours come again and again
        self._cleaned = b""

    def _set(self, text: str) -> Setting:
        """Return `text` in glyphs. Raises DoesNotFitError unless a master has one glyph for each of its letters."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", "Latn", "sv"
        uharfbuzz.shape(self._font, buffer, NO_LIGATURES)
        glyphs = [info.codepoint for info in buffer.glyph_infos]
        if [self.letters.get(glyph) for glyph in glyphs] != list(text):
            raise DoesNotFitError(text)
        advances = [position.x_advance for position in buffer.glyph_positions]
        drawn = []
        for glyph, advance in zip(glyphs, advances, strict=True):
            kerning = self.widths[glyph] - advance
            drawn.append(f"{glyph:04x}>{kerning}<" if kerning else f"{glyph:04x}")
        return Setting(f"<{''.join(drawn)}>".encode(), sum(advances))

    def clean(self, font: Any, to_unicode: dict[int, str], hinting: bool) -> None:
        """Take from `font` what isn't needed, as WeasyPrint does; once for all pages that show no other letters."""
        usual = to_unicode.keys() == self.letters.keys()
        if usual and self._cleaned:
            font.file_content = self._cleaned
            return
        type(font).clean(font, to_unicode, hinting)
        if usual:
            self._cleaned = font.file_content

    def read(self, glyphs: bytes) -> str:
        """Return the text of what TJ took."""
        digits = b"".join(GLYPHS.findall(glyphs)).decode()
        return "".join(self.letters.get(int(digits[at : at + 4], 16), "?") for at in range(0, len(digits), 4)).strip()


class Fonts(dict[int, Any]):
    """The fonts of a WeasyPrint document, with all `LETTERS` beside those that its page shows."""

    def __init__(self, typefaces: dict[int, Typeface]) -> None:
        """`typefaces` by their weight in CSS."""
        super().__init__()
        self._typefaces = typefaces

    def __setitem__(self, key: int, font: Any) -> None:
        if typeface := self._typefaces.get(font.weight):
            font.to_unicode.update(typeface.letters)
            font.widths.update(typeface.widths)
            font.clean = partial(typeface.clean, font)
        super().__setitem__(key, font)

    def typeface(self, name: bytes) -> Typeface:
        """Return the typeface of what the page calls `name`."""
        return next(self._typefaces[font.weight] for font in self.values() if font.hash.encode() == name)


class Place(NamedTuple):
    """Where a line stands: the start of its baseline, the width that it may take, and how it is set."""

    x: float
    y: bytes
    width: float
    font: bytes
    size: bytes
    typeface: Typeface

    def stamp(self, line: Line) -> bytes:
        """Return `line` as it is drawn here. Raises DoesNotFitError."""
        setting = self.typeface.set(line.text)
        width = setting.width * float(self.size) / 1000
        if width > self.width:
            raise DoesNotFitError(line.text)
        x = self.x + self.width - width if line.right else self.x
        run = b"BT\n1 0 0 -1 %.3f %b Tm\n/%b %b Tf\n[%b] TJ\nET" % (x, self.y, self.font, self.size, setting.glyphs)
        return b"q\n%b\n%b\nQ" % (MUTED, run) if line.muted else run


class Sheet:
    """Pages as WeasyPrint drew them, cut where one certificate differs from the next."""

    def __init__(self, pdf: pydyf.PDF, fonts: Fonts, lines: dict[str, Line]) -> None:
        """Cut `pdf`, on which the template printed `lines`, where they stand and where anything else differs."""
        standards.complete(pdf)
        pdf.add_object(pdf.info)
        page, drawing = _page_with_the_qr_code(pdf)
        beginning = pydyf.Stream([self._cut(_content(drawing), fonts, lines)], compress=True)
        pdf.add_object(beginning)
        page["Contents"] = pydyf.Array([beginning.reference, drawing.reference])
        self._drawing = drawing.number
        self._metadata = standards.referred(pdf, pdf.catalog["Metadata"]).number
        self._information = pdf.info.number
        self._links = {part.number: part for part in pdf.objects if standards.is_link(part)}
        self._keep(pdf, besides={self._drawing, self._metadata, self._information, *self._links})

    def print(self, document: CertificateDocument, lines: dict[str, Line]) -> bytes:
        """Return the file of `document`, `lines` of which are stamped. Raises DoesNotFitError."""
        if lines.keys() != self._places.keys():
            raise DoesNotFitError("a line has no place of its own")
        stamps = {name: place.stamp(lines[name]) for name, place in self._places.items()}
        stamps["qr code"] = qr_squares(document.verification_url)
        drawing = zlib.compress(b"".join(chain.from_iterable((stamps[name], part) for name, part in self._parts)))
        metadata = standards.xmp(document)
        return self._file(
            {
                self._drawing: _stream(drawing, b"/Filter/FlateDecode"),
                self._metadata: _stream(metadata, b"/Type/Metadata/Subtype/XML"),
                self._information: standards.information(document),
                **{number: standards.link(annotation, document) for number, annotation in self._links.items()},
            }
        )

    def _cut(self, content: bytes, fonts: Fonts, lines: dict[str, Line]) -> bytes:
        """Keep the parts of `content` that follow a stamp, with its name; return what comes before the first."""
        qr_code = content.rindex(QR_PLACE)
        spans = {"qr code": (qr_code, qr_code + len(QR_PLACE))}
        self._places = {}
        for name, run, typeface in _runs(content, fonts, lines):
            x, y, font, size, _glyphs = run.groups()
            width = typeface.set(lines[name].text).width * float(size) / 1000
            self._places[name] = Place(float(x), y, width, font, size, typeface)
            spans[name] = run.span()
        ordered = sorted(spans.items(), key=lambda span: span[1])
        starts = [start for _, (start, _) in ordered]
        self._parts = [
            (name, content[end:following])
            for (name, (_, end)), following in zip(ordered, [*starts[1:], len(content)], strict=True)
        ]
        return content[: starts[0]]

    def _keep(self, pdf: pydyf.PDF, *, besides: set[int]) -> None:
        """Write all objects once, `besides` those that each certificate has of its own."""
        kept = [part for part in pdf.objects[1:] if part.number not in besides]
        packed = {part.number: part.data for part in kept if part.compressible}
        packing = pydyf.Stream(compress=True)
        pdf.add_object(packing)
        self._size = packing.number + 2  # the last is the table of references itself
        self._root = pdf.catalog.reference
        self._references = bytearray(XREF_ENTRY.size * self._size)
        self._head = bytearray(HEADER)
        numbers, position = [], 0
        for index, (number, content) in enumerate(packed.items()):
            numbers += [number, position]
            position += len(content) + 1
            self._refer(self._references, number, IN_STREAM, packing.number, index)
        packing.stream = [" ".join(map(str, numbers)), *packed.values()]
        packing.extra = {"Type": "/ObjStm", "N": len(packed), "First": len(packing.stream[0]) + 1}
        for part in [*(part for part in kept if part.number not in packed), packing]:
            self._refer(self._references, part.number, 1, len(self._head))
            self._head += OBJECT % (part.number, _written(part))

    def _file(self, own: dict[int, bytes]) -> bytes:
        """Return a whole file: what all have in common, one certificate's `own` objects, the table of references."""
        file, references = bytearray(self._head), bytearray(self._references)
        for number, content in own.items():
            self._refer(references, number, 1, len(file))
            file += OBJECT % (number, content)
        start = len(file)
        self._refer(references, self._size - 1, 1, start)
        identifier = hashlib.blake2b(file, digest_size=16).hexdigest().encode()
        trailer = b"/Type/XRef/W[1 4 2]/Size %d/Root %b/Info %d 0 R/ID[<%b><%b>]" % (
            self._size,
            self._root,
            self._information,
            identifier,
            identifier,
        )
        file += OBJECT % (self._size - 1, _stream(bytes(references), trailer))
        file += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(file)

    @staticmethod
    def _refer(references: bytearray, number: int, kind: int, place: int, index: int = 0) -> None:
        XREF_ENTRY.pack_into(references, number * XREF_ENTRY.size, kind, place, index)


def _runs(content: bytes, fonts: Fonts, lines: dict[str, Line]) -> Iterator[tuple[str, re.Match[bytes], Typeface]]:
    """Yield where `lines` stand, in the order in which the template prints them, up to one that takes two lines."""
    runs = RUN.finditer(content)
    for name, line in lines.items():
        for run in runs:
            typeface = fonts.typeface(run[3])
            if typeface.read(run[5]) == line.text:
                yield name, run, typeface
                break


def _page_with_the_qr_code(pdf: pydyf.PDF) -> tuple[pydyf.Dictionary, pydyf.Stream]:
    """The last page, and what is drawn on it."""
    page = standards.referred(pdf, pdf.page_references[-1])
    return page, standards.referred(pdf, page["Contents"])


def _content(drawing: pydyf.Stream) -> bytes:
    drawing.compress = False
    _, _, content = drawing.data.partition(b"\nstream\n")
    drawing.compress = True
    return bytes(content.removesuffix(b"\nendstream"))


def _written(part: pydyf.Object) -> bytes:
    if not isinstance(part, pydyf.Stream) or not part.compress:
        return bytes(part.data)
    entries = pydyf.Dictionary(part.extra | {"Filter": "/FlateDecode"}).data
    return _stream(_packed(_content(part)), entries[2:-2])


@lru_cache(maxsize=32)
def _packed(content: bytes) -> bytes:
    """Fonts and colours come again in every sheet, and packing them takes longer than anything else in its file."""
    return zlib.compress(content, 9)


def _stream(content: bytes, extra: bytes) -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (extra, len(content), content)
