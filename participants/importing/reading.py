"""Spreadsheets from outside, read in a process that may be killed."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.apart import Unreadable, read_apart
from participants.exceptions import EnrolmentRefused
from participants.importing import child

Row = tuple[int, list[str]]


class UnreadableFile(EnrolmentRefused):
    """The file can't be read; the reason says what to do about it."""


def read(content: bytes, filename: str) -> list[Row]:
    """Return the rows of an .xlsx or .csv file that hold anything, each with its number in the file, cells as text.

    Without a `filename` it is text that was pasted. Raises UnreadableFile for any other file, for one larger than the
    limits of participants.importing.child, and when it takes longer than those allow.
    """
    arguments = [filename] if filename else []
    try:
        rows = read_apart(child.__file__, content, *arguments, seconds=child.SECONDS)
    except Unreadable as unreadable:
        raise UnreadableFile(_reason(unreadable.code)) from None
    return [(number, cells) for number, cells in rows]


def too_many_rows() -> str:
    """The reason that names the limit."""
    return ngettext(
        "The file has more than %(count)s row. Divide it into several files.",
        "The file has more than %(count)s rows. Divide it into several files.",
        child.ROWS,
    ) % {"count": child.ROWS}


def _reason(code: str) -> str:
    reasons = {
        "empty": _("The file is empty."),
        "old_excel": _("This is a file in the old Excel format (.xls). Open it in Excel and save it as .xlsx."),
        "encrypted": _("The file is protected by a password. Save it without one, as .xlsx."),
        "macros": _("The file holds macros (.xlsm). Save it as .xlsx, which has none."),
        "open_document": _("This is an OpenDocument file (.ods). Save it as .xlsx."),
        "not_a_spreadsheet": _("This is not a spreadsheet. Save the list as .xlsx or .csv."),
        "too_many_entries": _(
            "The file holds too much besides the list, such as pictures. Copy the list to a new file, save it as .xlsx."
        ),
        "too_large": _(
            "The file is too large when it is unpacked. Copy only the list to a new file and save it as .xlsx."
        ),
        "too_many_rows": too_many_rows(),
        "broken": _("The file is damaged and can't be read. Open it in Excel and save it again, as .xlsx."),
    }
    return reasons[code]
