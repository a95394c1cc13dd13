"""Files as people share them: good, odd and hostile."""

import io
import zipfile
from collections.abc import Mapping

from tests.factories import PDF

OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN_TYPES = {
    "docx": f"{OFFICE}wordprocessingml.document.main+xml",
    "pptx": f"{OFFICE}presentationml.presentation.main+xml",
    "xlsx": f"{OFFICE}spreadsheetml.sheet.main+xml",
}
ODF_TYPES = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "odp": b"application/vnd.oasis.opendocument.presentation",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def package(entries: Mapping[str, bytes], *, stored: tuple[str, ...] = (), comment: bytes = b"") -> bytes:
    """A zip of `entries`, those named in `stored` without compression."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in entries.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return file.getvalue()


def content_types(*types: str) -> bytes:
    overrides = "".join(f'<Override PartName="/part{n}.xml" ContentType="{one}"/>' for n, one in enumerate(types))
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0"?><Types xmlns="{namespace}">{overrides}</Types>'.encode()


def office(
    ending: str = "docx", *, types: tuple[str, ...] | None = None, more: Mapping[str, bytes] | None = None
) -> bytes:
    """A Word, PowerPoint or Excel file, with `more` entries."""
    entries = {
        "[Content_Types].xml": content_types(*(types or (MAIN_TYPES[ending],))),
        "part0.xml": b"<document/>",
        **(more or {}),
    }
    return package(entries)


def open_document(ending: str = "odt", *, more: Mapping[str, bytes] | None = None) -> bytes:
    return package({"mimetype": ODF_TYPES[ending], "content.xml": b"<x/>", **(more or {})}, stored=("mimetype",))


GOOD = {
    "pdf": PDF,
    **{ending: office(ending) for ending in MAIN_TYPES},
    **{ending: open_document(ending) for ending in ODF_TYPES},
    "png": PNG,
    "jpg": JPEG,
    "jpeg": JPEG,
}

ENTITIES = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Types>&b;</Types>'


def zip64(content: bytes) -> bytes:
    """`content`, a zip, with a locator that sends the reader to a list of entries of any length."""
    return content[:-22] + b"PK\x06\x07" + bytes(16) + content[-22:]


def beginning_nowhere(content: bytes) -> bytes:
    """`content`, a zip, with a list of entries that claims to be further from the beginning than it is."""
    return content[:-6] + b"\xff\xff\xff\x7f" + content[-2:]


# What must not be taken: by what it is, its name and its content.
NOT_SHARED = "går inte att dela"
NOT_WHAT_IT_SAYS = "är inte en riktig"
MACROS = "makron"
TOO_LARGE = "högst"
UNPACKS = "packas upp"
EMPTY = "är tom"
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "a program": ("kurs.exe", b"MZ\x90\x00", NOT_SHARED),
    "a page": ("kurs.html", HTML, NOT_SHARED),
    "a drawing that can run": ("kurs.svg", SVG, NOT_SHARED),
    "a text, which can't be told by its content": ("kurs.txt", b"hej", NOT_SHARED),
    "an archive": ("kurs.zip", package({"a.exe": b"MZ"}), NOT_SHARED),
    "an old Word file": ("kurs.doc", bytes.fromhex("d0cf11e0a1b11ae1"), NOT_SHARED),
    "a name without an ending": ("kurs", PDF, NOT_SHARED),
    "a name that is an ending": ("pdf", PDF, NOT_SHARED),
    "two endings": ("kurs.pdf.exe", PDF, NOT_SHARED),
    "an ending turned around": ("kurs\u202efdp.exe", PDF, NOT_SHARED),
    "a page called PDF": ("kurs.pdf", HTML, NOT_WHAT_IT_SAYS),
    "a page before a PDF": ("kurs.pdf", HTML + PDF, NOT_WHAT_IT_SAYS),
    "half a PDF": ("kurs.pdf", b"%PDF-1.7\n1 0 obj", NOT_WHAT_IT_SAYS),
    "a PDF that is a zip as well": ("kurs.pdf", PDF + office(), NOT_WHAT_IT_SAYS),
    "a drawing called PNG": ("kurs.png", SVG, NOT_WHAT_IT_SAYS),
    "a JPEG called PNG": ("kurs.png", JPEG, NOT_WHAT_IT_SAYS),
    "a PNG with a program behind it": ("kurs.png", PNG + b"MZ\x90\x00", NOT_WHAT_IT_SAYS),
    "a JPEG with a zip behind it": ("kurs.jpg", JPEG + package({"a": b"b"}), NOT_WHAT_IT_SAYS),
    "a JPEG whose end is a zip's comment": (
        "kurs.jpg",
        JPEG[:-2] + package({"a": b"b"}, comment=JPEG[-2:]),
        NOT_WHAT_IT_SAYS,
    ),
    "a PNG whose end is a zip's comment": (
        "kurs.png",
        PNG[:-12] + package({"a": b"b"}, comment=PNG[-12:]),
        NOT_WHAT_IT_SAYS,
    ),
    "a Word file that says twice what it is": (
        "kurs.docx",
        office(more={"[content_types].xml": content_types("application/vnd.ms-word.document.macroEnabled.main+xml")}),
        NOT_WHAT_IT_SAYS,
    ),
    "a Word file with the folders of Windows": (
        "kurs.docx",
        office(more={"word\\vbaProject.bin": b"x"}),
        NOT_WHAT_IT_SAYS,
    ),
    "a Word file in an alphabet that nobody has": (
        "kurs.docx",
        package({"[Content_Types].xml": b'<?xml version="1.0" encoding="nosuch"?><Types/>'}),
        NOT_WHAT_IT_SAYS,
    ),
    "a text whose first entry begins nowhere": ("kurs.odt", beginning_nowhere(open_document()), NOT_WHAT_IT_SAYS),
    "a zip called Word": ("kurs.docx", package({"a.exe": b"MZ"}), NOT_WHAT_IT_SAYS),
    "an Excel file called Word": ("kurs.docx", office("xlsx"), NOT_WHAT_IT_SAYS),
    "an OpenDocument spreadsheet called text": ("kurs.odt", open_document("ods"), NOT_WHAT_IT_SAYS),
    "a page before a Word file": ("kurs.docx", HTML + office(), NOT_WHAT_IT_SAYS),
    "a Word file with something behind it": ("kurs.docx", office() + HTML, NOT_WHAT_IT_SAYS),
    "a Word file with a password": ("kurs.docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), NOT_WHAT_IT_SAYS),
    "half a Word file": ("kurs.docx", office()[:-30], NOT_WHAT_IT_SAYS),
    "a zip without entries": ("kurs.docx", package({}), NOT_WHAT_IT_SAYS),
    "a Word file for readers of giant zips": ("kurs.docx", zip64(office()), NOT_WHAT_IT_SAYS),
    "a Word file that climbs out of its folder": (
        "kurs.docx",
        package({"[Content_Types].xml": content_types(MAIN_TYPES["docx"]), "../../etc/passwd": b"x"}),
        NOT_WHAT_IT_SAYS,
    ),
    "entities that unfold": (
        "kurs.docx",
        package({"[Content_Types].xml": ENTITIES, "word/document.xml": b"<x/>"}),
        NOT_WHAT_IT_SAYS,
    ),
    "a file with macros by its name": ("kurs.docm", office(), MACROS),
    "a Word file with a macro project": ("kurs.docx", office(more={"word/vbaProject.bin": b"x"}), MACROS),
    "an Excel file with ActiveX": ("kurs.xlsx", office("xlsx", more={"xl/activeX/activeX1.xml": b"x"}), MACROS),
    "a file that declares macros": (
        "kurs.docx",
        office(types=(MAIN_TYPES["docx"], "application/vnd.ms-word.document.macroEnabled.main+xml")),
        MACROS,
    ),
    "an OpenDocument text with Basic": ("kurs.odt", open_document(more={"Basic/Standard/Module1.xml": b"x"}), MACROS),
    "a zip bomb": ("kurs.docx", office(more={"word/media/big.bin": bytes(210_000_000)}), UNPACKS),
    "nothing": ("kurs.pdf", b"", EMPTY),
}
