"""Spreadsheets that people download. Every cell is text, so that none can act as a formula in the reader's program."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins like this may be taken for a formula (ASVS 5.0, 1.2.10).
FORMULA = re.compile(r"[=+\-@\t\r]")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDEST = 60


def xlsx(sheet_name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an .xlsx file of one sheet: `headings` in bold, which stay in view, and `rows`, all as text.

    Excel refuses a `sheet_name` of more than 31 characters.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet: Worksheet = workbook.create_sheet(sheet_name[:31])
    for row_number, row in enumerate([headings, *rows], start=1):
        for column, text in enumerate(row, start=1):
            _write(sheet, row_number, column, text)
    for column, heading in enumerate(headings, start=1):
        sheet.cell(1, column).font = Font(bold=True)
        longest = max(len(str(cell.value)) for cell in next(sheet.iter_cols(column, column)))
        sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, max(len(heading), longest) + 3)
    sheet.freeze_panes = "A2"
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def download(content: bytes, filename: str) -> HttpResponse:
    """Return an .xlsx file as an answer that browsers save under `filename`."""
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column, CONTROL_CHARACTERS.sub("", text))
    cell.data_type = "s"  # also what openpyxl would take for a formula
    if FORMULA.match(text):
        cell.quotePrefix = True  # and it stays text when someone edits the cell
