"""Spreadsheets as people send them: good, odd and hostile."""

import io
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

HEADINGS = ("Förnamn", "Efternamn", "Arbetsmejl", "Enhet", "Befattning", "Anställd från")
XML = b'<?xml version="1.0"?><x/>'
Cells = Sequence[object]


def row(number: int = 1, **cells: object) -> list[object]:
    """A row under HEADINGS about someone who is like nobody else; `email="…"` and so on change single cells."""
    values = {
        "first_name": "Åsa",
        "last_name": f"Öberg-Exempel {letters(number)}",
        "email": f"asa{number}@example.org",
        "unit": "Barn och familj",
        "title": "Socialsekreterare",
        "employed_from": "2026-03-01",
        **cells,
    }
    return list(values.values())


def letters(number: int) -> str:
    """Three letters for each number: initials would not tell two names apart."""
    return "".join(chr(97 + number // 26**place % 26) for place in (2, 1, 0))


def rows(count: int) -> list[Cells]:
    return [row(number) for number in range(1, count + 1)]


def xlsx(*lines: Cells, headings: Cells = HEADINGS) -> bytes:
    """An Excel file of one sheet."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in (headings, *lines):
        sheet.append(list(line))
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def csv(
    *lines: Cells, headings: Cells = HEADINGS, divider: str = ";", encoding: str = "utf-8", end: str = "\r\n"
) -> bytes:
    """A text file with divided cells, the way Excel writes one in Sweden unless told otherwise."""
    return "".join(divider.join(str(cell) for cell in line) + end for line in (headings, *lines)).encode(encoding)


def packed(**entries: bytes) -> bytes:
    """A zip of `entries`; two underscores stand for a slash, one for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def with_entries(workbook: bytes, **entries: bytes) -> bytes:
    """An Excel file with more in it, named as for `packed`."""
    file = io.BytesIO(workbook)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def zip_bomb() -> bytes:
    """An Excel file of 60 kB that unpacks to 60 MB."""
    return with_entries(xlsx(row()), xl__media__big_bin=bytes(60_000_000))


def entity_bomb() -> bytes:
    """An Excel file whose sheet is a "billion laughs": entities that unfold to gigabytes."""
    laughs = b"".join(
        b'<!ENTITY l%d "%s">' % (step, b"&l%d;" % (step - 1) * 10 if step else b"ha") for step in range(10)
    )
    bomb = b'<?xml version="1.0"?><!DOCTYPE worksheet [' + laughs + b"]><worksheet>&l9;</worksheet>"
    source = zipfile.ZipFile(io.BytesIO(xlsx(row())))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            archive.writestr(entry.filename, bomb if entry.filename.endswith("sheet1.xml") else source.read(entry))
    return file.getvalue()
