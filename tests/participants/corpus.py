"""Malformed and malicious lists, each made by a function of a line or two, and what becomes of it.

A message (English, part of it) means that the list is refused with it; None means that it is read.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from openpyxl import Workbook

from participants.importing.child import ROWS, UNPACKED
from tests.participants import files

OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@dataclass(frozen=True)
class Specimen:
    """One list. `name` is that of the file; without one it is pasted."""

    what: str
    make: Callable[[], bytes]
    message: str | None
    name: str = "lista.xlsx"


def rewritten(**entries: Callable[[bytes], bytes]) -> bytes:
    """An Excel file in which single entries are changed: `sheet`, `workbook`, `types`."""
    places = {
        SHEET: entries.get("sheet"),
        "xl/workbook.xml": entries.get("workbook"),
        "[Content_Types].xml": entries.get("types"),
    }
    source, file = zipfile.ZipFile(io.BytesIO(files.xlsx(files.row()))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            change = places.get(entry.filename) or (lambda content: content)
            archive.writestr(entry.filename, change(source.read(entry)))
    return file.getvalue()


def sheet_of(xml: str, *, doctype: str = "") -> bytes:
    """An Excel file whose only sheet holds `xml`."""
    content = f'<?xml version="1.0"?>{doctype}<worksheet {NAMESPACE}><sheetData>{xml}</sheetData></worksheet>'
    return rewritten(sheet=lambda _old: content.encode())


def text_cell(text: str, place: str = "A1") -> str:
    return f'<row r="1"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def of_one_sheet(fill: Callable[[Workbook], object]) -> bytes:
    workbook = Workbook()
    fill(workbook)
    return files.saved(workbook)


def external_entity() -> bytes:
    return sheet_of(text_cell("&x;"), doctype='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def quadratic_entity() -> bytes:
    return sheet_of(text_cell("&x;" * 20_000), doctype=f'<!DOCTYPE a [<!ENTITY x "{"x" * 20_000}">]>')


def repeated_text() -> bytes:
    """One text of 500 letters that a small file has in every one of 250,000 cells."""
    row = "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>"
    xml = row * 5_000
    content = f'<?xml version="1.0"?><worksheet {NAMESPACE}><sheetData>{xml}</sheetData></worksheet>'
    text = f'<?xml version="1.0"?><sst {NAMESPACE}><si><t>{"x" * 500}</t></si></sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    declared = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    workbook = rewritten(
        sheet=lambda _old: content.encode(), types=lambda old: old.replace(b"</Types>", declared.encode())
    )
    return files.with_entries(workbook, xl__sharedStrings_xml=text.encode())


def lying_zip() -> bytes:
    """A zip whose directory says that its sheet unpacks to one byte."""
    content = bytearray(files.zip_bomb())
    at = content.rindex(b"xl/media/big.bin") - 46
    content[at + 24 : at + 28] = (1).to_bytes(4, "little")
    return bytes(content)


def without_sheets(workbook: bytes) -> bytes:
    return re.sub(b"<sheets>.*</sheets>", b"", workbook)


def merged_headings(workbook: Workbook) -> None:
    sheet = workbook.worksheets[0]
    sheet.append(["Nya medarbetare"])
    sheet.merge_cells("A1:F1")
    sheet.append(list(files.HEADINGS))
    sheet.append(files.row())


def dates_of_all_kinds(workbook: Workbook) -> None:
    sheet = workbook.worksheets[0]
    sheet.append(list(files.HEADINGS))
    for day in (
        date(2026, 3, 1),
        datetime.combine(date(2026, 3, 1), time(8, 30)),
        46082,
        46082.0,
        "1/3 2026",
        -1,
        1e300,
        True,
    ):
        sheet.append(files.row(employed_from=day))


def far_away(workbook: Workbook) -> None:
    workbook.worksheets[0].cell(1_048_576, 16_384, "x")


def specimens() -> Iterator[Specimen]:
    """All of them."""
    xlsx, row = files.xlsx, files.row
    yield Specimen("zip bomb", files.zip_bomb, "too large when it is unpacked")
    yield Specimen("zip bomb that lies about its size", lying_zip, None)
    yield Specimen("sheet just above the limit", lambda: sheet_of(" " * UNPACKED), "too large when it is unpacked")
    yield Specimen(
        "101 entries",
        lambda: files.with_entries(xlsx(), **{f"xl__media__{number}_png": b"x" for number in range(101)}),
        "too much besides the list",
    )
    yield Specimen("xlsm", lambda: files.with_entries(xlsx(), xl__vbaProject_bin=b"x"), "macros", "lista.xlsm")
    yield Specimen("xls", lambda: OLD_OFFICE + bytes(9_000), "old Excel format", "lista.xls")
    yield Specimen("ods", lambda: files.packed(mimetype=b"application/vnd.oasis"), "OpenDocument", "lista.ods")
    yield Specimen(
        "encrypted", lambda: OLD_OFFICE + bytes(900) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"
    )
    yield Specimen("billion laughs", files.entity_bomb, "damaged")
    yield Specimen("quadratic entities", quadratic_entity, "damaged")
    yield Specimen("external entity", external_entity, "damaged")
    yield Specimen("one text in 250,000 cells", repeated_text, "too large when it is unpacked")
    yield Specimen("cell of 1 MB", lambda: xlsx(row(unit="x" * 32_000), row(title="y" * 32_000)), None)
    yield Specimen("inline cell of 1 MB", lambda: sheet_of(text_cell("x" * 1_000_000)), None)
    yield Specimen("deeply nested", lambda: sheet_of("<row>" * 50_000), "damaged")
    yield Specimen("16,384 columns", lambda: xlsx(["x"] * 16_384, headings=["Namn"] * 16_384), None)
    yield Specimen("a cell in the last row and column", lambda: of_one_sheet(far_away), "empty")
    yield Specimen("5,001 rows and headings", lambda: xlsx(*files.rows(ROWS + 1)), None)  # refused when it is counted
    yield Specimen("6,000 rows", lambda: xlsx(*files.rows(6_000)), "more than 5000 rows")
    yield Specimen("merged headings", lambda: of_one_sheet(merged_headings), None)
    yield Specimen("dates of all kinds", lambda: of_one_sheet(dates_of_all_kinds), None)
    yield Specimen("truncated", lambda: xlsx(row())[:-100], "damaged")
    yield Specimen("half of it zeros", lambda: xlsx(row())[:1_000] + bytes(9_000), "damaged")
    yield Specimen("no sheets", lambda: rewritten(workbook=without_sheets), "empty")
    yield Specimen("no types", lambda: rewritten(types=lambda _old: b""), "damaged")
    yield Specimen("html named xlsx", lambda: b"<html><table><tr><td>Namn</td></tr></table></html>", "damaged")
    yield Specimen("html named csv", lambda: b"<html><script>alert(1)</script></html>", None, "lista.csv")
    yield Specimen("picture named xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(900), "damaged")
    yield Specimen("picture named csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(900), "not a spreadsheet", "lista.csv")
    yield Specimen("formulas", lambda: xlsx(row(first_name="=cmd|'/c calc'!A1", unit="=1+1")), None)
    yield Specimen("formulas as text", lambda: files.csv(row(first_name="=cmd|'/c calc'!A1")), None, "lista.csv")
    yield Specimen("null bytes", lambda: files.csv(row(unit="Barn\0familj")), "not a spreadsheet", "lista.csv")
    yield Specimen("line breaks in names", lambda: xlsx(row(last_name="Öberg\r\nBcc: alla@example.org")), None)
    yield Specimen("line breaks in quotes", lambda: files.csv(row(unit='"Barn\r\noch familj"')), None, "lista.csv")
    yield Specimen("a quote that never ends", lambda: b'Namn;Enhet\r\n"' + b"x;\n" * 90_000, "damaged", "lista.csv")
    yield Specimen("Windows-1252", lambda: files.csv(row(), encoding="cp1252"), None, "lista.csv")
    yield Specimen("UTF-16 without a mark", lambda: files.csv(row(), encoding="utf-16-le"), "not a", "lista.csv")
    yield Specimen("half a letter of UTF-8", lambda: files.csv(row())[:-3] + b"\xc3", None, "lista.csv")
    yield Specimen("duplicate headings", lambda: xlsx(row(), headings=["E-post"] * 6), None)
    yield Specimen("5 MB of commas", lambda: b"," * 5_000_000, "empty", "lista.csv")
    yield Specimen("5 MB on one line", lambda: b"x" * 5_000_000, "damaged", "lista.csv")
    yield Specimen("100,000 pasted lines", lambda: b"\xc3\x85sa\tExempel\n" * 100_000, "more than 5000 rows", "")
    yield Specimen("pasted spaces", lambda: b" \t\n" * 9_000, "empty", "")
    yield Specimen("a pasted zip", lambda: files.zip_bomb(), "not a spreadsheet", "")
