"""What an uploaded file really is: decided by its ending and its content together, without unpacking or drawing it.

The list is short on purpose. What can't be told by its content (plain text), what a browser may run (HTML, SVG), what
carries programs (macros) and what belongs elsewhere (films) is left out; docs/adr/0021 has the reasons.
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from common.templatetags.interface import file_size
from sessions.exceptions import MaterialRefused

LONGEST_STEM = 120
ENTRIES = 5_000
DIRECTORY = 1024 * 1024  # bytes of a zip's list of entries
CONTENT_TYPES = 256 * 1024  # bytes of the entry that says what an Office file is
UNPACKED = 200 * 1024 * 1024
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
END_OF_PDF = 1024  # bytes from the end within which a PDF says that it ends

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# Entries of Office files that hold programs: macros and ActiveX of Microsoft's, Basic and scripts of OpenDocument's.
PROGRAMS = re.compile(r"(.*/)?(vbaProject\.bin|vbaData\.xml|activeX/.*)|(Basic|Scripts)/.*", re.IGNORECASE)
PROGRAM_TYPES = ("macroenabled", "vbaproject", "activex")
NOT_IN_FILE_NAMES = re.compile(r'[<>:"|?*]')
# What zipfile raises for an archive that is damaged, or packed in a way that it doesn't know.
UNREADABLE = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)


@dataclass(frozen=True)
class Document:
    """A file that `examine` has found fit to be handed out. `filename` is safe to show; `size` is in bytes."""

    file: IO[bytes]
    filename: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Kind:
    """One kind of file: `is_whole` says whether the content is of it, from the first byte to the last."""

    content_type: str
    is_whole: Callable[[IO[bytes], int], bool]


def examine(file: IO[bytes], *, name: str, largest: int) -> Document:
    """Return the document that `file` is; its sender calls it `name`, and `largest` is the limit in bytes.

    Raises MaterialRefused, with a reason to show beside the field, for a kind of file that isn't handed out, for one
    that isn't what its name says, for one that is two things at once or carries macros, and for one that is too large.
    """
    filename = clean_name(name)
    ending = filename.rpartition(".")[2]
    kind = KINDS.get(ending)
    if ending in WITH_MACROS:
        raise MaterialRefused(_macros())
    if kind is None:
        raise MaterialRefused(
            _("Files of that kind can't be shared. Share a PDF, Word, PowerPoint, Excel, OpenDocument, PNG or JPEG.")
        )
    size = file.seek(0, 2)
    if not size:
        raise MaterialRefused(_("The file is empty."))
    if size > largest:
        raise MaterialRefused(
            _("The file may be at most %(size)s. Make it smaller, or share a link to it instead.")
            % {"size": file_size(largest)}
        )
    if not kind.is_whole(file, size):
        raise MaterialRefused(
            _(
                "The file isn't really a .%(ending)s, or it is damaged or protected by a password. "
                "Open it, save it again as .%(ending)s and try once more."
            )
            % {"ending": ending}
        )
    file.seek(0)
    return Document(file, filename, kind.content_type, size)


def clean_name(name: str) -> str:
    """What a file is called, without folders, invisible characters (such as those that turn the direction of writing)
    and what some system can't have in a name; the ending in small letters.
    """
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    printable = "".join(character for character in plain if character.isprintable())
    stem, dot, ending = NOT_IN_FILE_NAMES.sub("-", printable).rpartition(".")
    stem = " ".join(stem.split()).strip(". ")[:LONGEST_STEM].rstrip()
    return (stem or _("Material")) + dot + ending.lower()[:10]


# --- Kinds -----------------------------------------------------------------------------------------------------------


def _is_pdf(file: IO[bytes], size: int) -> bool:
    return _start(file, 5) == b"%PDF-" and b"%%EOF" in _end(file, size, END_OF_PDF) and not zipfile.is_zipfile(file)


def _is_png(file: IO[bytes], size: int) -> bool:
    return (
        _start(file, 16) == b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
        and _end(file, size, 12) == b"\x00\x00\x00\x00IEND\xae\x42\x60\x82"
        and not zipfile.is_zipfile(file)  # whose comment may be the end of a picture
    )


def _is_jpeg(file: IO[bytes], size: int) -> bool:
    return (
        _start(file, 3) == b"\xff\xd8\xff"
        and _end(file, size, 2) == b"\xff\xd9"
        and not zipfile.is_zipfile(file)  # likewise
    )


def _is_open_xml(main: str) -> Callable[[IO[bytes], int], bool]:
    """Whether it is an Office file whose main part has this content type."""
    wanted = f"{OPEN_XML}{main}.main+xml"

    def is_whole(file: IO[bytes], size: int) -> bool:
        archive = _package(file, size)
        if archive is None:
            return False
        declared = _content_types(archive)
        if any(program in content_type.lower() for content_type in declared for program in PROGRAM_TYPES):
            raise MaterialRefused(_macros())
        return wanted in declared

    return is_whole


def _is_open_document(kind: str) -> Callable[[IO[bytes], int], bool]:
    """Whether it is an OpenDocument file of this kind, which its first entry says, uncompressed."""
    wanted = f"{OPEN_DOCUMENT}{kind}".encode()

    def is_whole(file: IO[bytes], size: int) -> bool:
        archive = _package(file, size)
        if archive is None:
            return False
        first = archive.infolist()[0]
        return (
            first.filename == "mimetype"
            and first.compress_type == zipfile.ZIP_STORED
            and _read(archive, first, limit=len(wanted) + 1) == wanted
        )

    return is_whole


KINDS = {
    "pdf": Kind("application/pdf", _is_pdf),
    "docx": Kind(f"{OPEN_XML}wordprocessingml.document", _is_open_xml("wordprocessingml.document")),
    "pptx": Kind(f"{OPEN_XML}presentationml.presentation", _is_open_xml("presentationml.presentation")),
    "xlsx": Kind(f"{OPEN_XML}spreadsheetml.sheet", _is_open_xml("spreadsheetml.sheet")),
    "odt": Kind(f"{OPEN_DOCUMENT}text", _is_open_document("text")),
    "odp": Kind(f"{OPEN_DOCUMENT}presentation", _is_open_document("presentation")),
    "ods": Kind(f"{OPEN_DOCUMENT}spreadsheet", _is_open_document("spreadsheet")),
    "png": Kind("image/png", _is_png),
    "jpg": Kind("image/jpeg", _is_jpeg),
    "jpeg": Kind("image/jpeg", _is_jpeg),
}
WITH_MACROS = ("docm", "dotm", "pptm", "potm", "ppsm", "xlsm", "xltm", "xlam", "ppam")


# --- Packages: Office files are zips ---------------------------------------------------------------------------------


def _package(file: IO[bytes], size: int) -> zipfile.ZipFile | None:
    """The zip that `file` is from its first byte to its last, of reasonable size when unpacked; None for anything else.

    Raises MaterialRefused if it holds programs, or unpacks to too much. Python's zipfile never unpacks more of an entry
    than the entry says, so the stated sizes can be relied on.
    """
    if _start(file, 4) != b"PK\x03\x04" or not _ends_as_small_zip(_end(file, size, 42)):
        return None
    try:
        archive = zipfile.ZipFile(file)
    except UNREADABLE:
        return None
    entries = archive.infolist()
    names = {entry.filename.lower() for entry in entries}  # of two of one name, programs differ in which they read
    if not entries or len(names) < len(entries) or any(_is_odd(entry) for entry in entries):
        return None
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED:
        raise MaterialRefused(_("The file is too large when it is unpacked. Make it smaller, or save it as a PDF."))
    if any(PROGRAMS.fullmatch(entry.filename) for entry in entries):
        raise MaterialRefused(_macros())
    return archive


def _ends_as_small_zip(end: bytes) -> bool:
    """Whether these last 42 bytes end a zip without a comment whose list of entries is short enough to be read.

    The list's length stands in the record with which the zip ends, unless a record for zips of more than 4 GB stands
    before it.
    """
    if len(end) < 42 or end[20:24] != b"PK\x05\x06" or end[:4] == b"PK\x06\x07":
        return False
    _signature, _disks, _entries, length, _offset, comment = struct.unpack("<4s4s4sIIH", end[20:])
    return bool(length <= DIRECTORY and comment == 0)


def _is_odd(entry: zipfile.ZipInfo) -> bool:
    """Whether no Office program would write such an entry: encrypted, packed in another way, or in another folder."""
    return bool(
        entry.flag_bits & 1
        or entry.compress_type not in COMPRESSIONS
        or entry.filename.startswith("/")
        or "\\" in entry.filename
        or ".." in entry.filename.split("/")
    )


def _content_types(archive: zipfile.ZipFile) -> set[str]:
    """The content types that an Open XML package declares; none if it can't be read."""
    try:
        entry = archive.getinfo("[Content_Types].xml")
        declared = fromstring(_read(archive, entry, limit=CONTENT_TYPES))
    except (LookupError, SyntaxError, ValueError):  # no such entry or alphabet, no XML, or XML with entities
        return set()
    return {element.get("ContentType", "") for element in declared}


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, limit: int) -> bytes:
    """At most `limit` bytes of an entry; none if it is damaged."""
    try:
        with archive.open(entry) as stream:
            return stream.read(limit)
    except (*UNREADABLE, zlib.error, EOFError):
        return b""


def _macros() -> str:
    return _("The file holds macros, which can do harm. Save it without them, for example as .docx or .pdf.")


def _start(file: IO[bytes], count: int) -> bytes:
    file.seek(0)
    return file.read(count)


def _end(file: IO[bytes], size: int, count: int) -> bytes:
    file.seek(max(size - count, 0))
    return file.read(count)
