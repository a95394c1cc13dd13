"""Reads one spreadsheet in a process of its own: `python -I child.py NAME < file` prints what it holds as JSON.

Without a NAME it is text that was pasted, whatever it looks like.

A file from outside may be made to exhaust memory or time, so this process has little of both (common.apart). It
answers [[number, [text, …]], …] with the number of each row in the file, or the code of what is wrong with it.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import islice
from pathlib import Path

ENTRIES = 100
UNPACKED = 20 * 1024 * 1024
ROWS = 5_000
LINES_ABOVE = 20  # headings, and titles over them
LINES = 100_000  # with the empty ones between: a file of one cell can have a million
COLUMNS = 50
CELL = 500
TEXT = 8_000_000  # characters in all: a shared text of a workbook may stand in every cell
MEMORY = 768 * 1024 * 1024
SECONDS = 20

DIVIDERS = ";,\t"
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OFFICE_ZIP = "[Content_Types].xml"
# What spreadsheets are packed with; the others unpack without a limit.
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Row = tuple[int, list[str]]


class Unreadable(Exception):  # noqa: N818 -- it is an answer, not a fault
    """The file can't be read; the argument is the code of the reason."""


def read(content: bytes, name: str = "") -> list[Row]:
    """The rows that hold anything. Raises Unreadable."""
    if not content.strip():
        raise Unreadable("empty")
    if not name:
        rows = from_text(content)
    elif content.startswith(OLD_OFFICE):
        raise Unreadable("encrypted" if ENCRYPTED in content else "old_excel")
    elif content.startswith(b"PK"):
        rows = from_workbook(content)
    elif name.lower().endswith((".xlsx", ".xlsm", ".ods")):
        raise Unreadable("broken")
    else:
        rows = from_text(content)
    filled, size = [], 0
    for row in rows:
        if not row[1]:
            continue
        size += sum(map(len, row[1]))
        filled.append(row)
        if len(filled) > ROWS + LINES_ABOVE:
            raise Unreadable("too_many_rows")
        if size > TEXT:
            raise Unreadable("too_large")
    if not filled:
        raise Unreadable("empty")
    return filled


def from_workbook(content: bytes) -> Iterator[Row]:
    """The rows of the first visible sheet of an .xlsx that holds anything."""
    check_package(content)
    # Not before the package is found harmless: it takes longer than everything else here.
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing")
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        rows = numbered(sheet.iter_rows(values_only=True, max_col=COLUMNS, max_row=LINES))
        if first := next((row for row in rows if row[1]), None):
            yield first
            yield from rows
            return


def check_package(content: bytes) -> None:
    """Raise Unreadable unless the zip is an .xlsx without macros, and of reasonable size when unpacked.

    Python's zipfile never unpacks more of an entry than the entry says, so the stated sizes can be relied on.
    """
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("broken") from error
    names = {entry.filename for entry in entries}
    if len(entries) > ENTRIES:
        raise Unreadable("too_many_entries")
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise Unreadable("too_large")
    if any(entry.compress_type not in COMPRESSIONS or entry.flag_bits & 1 for entry in entries):
        raise Unreadable("broken")
    if OFFICE_ZIP not in names:
        raise Unreadable("open_document" if "mimetype" in names else "not_a_spreadsheet")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("macros")
    if not any(name.startswith("xl/") for name in names):
        raise Unreadable("not_a_spreadsheet")


def from_text(content: bytes) -> Iterator[Row]:
    """The rows of a .csv: divided by semicolon, comma or tab, in UTF-8, UTF-16 or Windows-1252."""
    text = decode(content)
    head = text.splitlines()[:LINES_ABOVE]
    # The divider is what divides some line into most cells.
    divider = max(DIVIDERS, key=lambda character: max(line.count(character) for line in head))
    return numbered(islice(row, COLUMNS) for row in csv.reader(io.StringIO(text, newline=""), delimiter=divider))


def decode(content: bytes) -> str:
    """The text of `content`. Raises Unreadable if it isn't text."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(character < " " and character not in "\t\n\r" for character in text):
            break
        return text
    raise Unreadable("not_a_spreadsheet")


def numbered(rows: Iterable[Iterable[object]]) -> Iterator[Row]:
    """Each row with its number in the file, its cells as text up to the last that holds any."""
    for number, cells in enumerate(rows, start=1):
        texts = [as_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        yield number, texts


def as_text(cell: object) -> str:
    """A cell as text: a day as 2026-03-01, a whole number without decimals, and no more than a person could mean."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell)[:CELL].split())


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[2]))  # -I leaves the project out
    from common.child import answer

    answer(read, *sys.argv[1:], refusal=Unreadable, memory=MEMORY, seconds=SECONDS)
