"""Spreadsheets from outside, read in a process that may be killed (ASVS 5.0, 5.2)."""

import json
import subprocess
import sys

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        process = subprocess.run(  # noqa: S603 -- no shell: a name is a name
            # -I: nothing from the environment or the working folder is loaded; env: and it learns no secrets.
            [sys.executable, "-I", child.__file__, *arguments],
            input=content,
            capture_output=True,
            timeout=child.SECONDS,
            env={},
            check=False,
        )
        answer = json.loads(process.stdout)
    except subprocess.TimeoutExpired:
        raise UnreadableFile(_reason("too_large")) from None
    except ValueError:  # killed by its limits, or worse
        raise UnreadableFile(_reason("broken")) from None
    if "error" in answer:
        raise UnreadableFile(_reason(answer["error"]))
    return [(number, cells) for number, cells in answer["rows"]]


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
