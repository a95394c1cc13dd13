"""Changing a list before it is confirmed: what its columns are, and what its rows say."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from common.locking import lock
from participants.exceptions import EnrolmentRefused
from participants.importing.sheets import Sheet
from participants.models import Import


@dataclass(frozen=True)
class Mended:
    """What a row says now, by column; `left_out`: she isn't to be enrolled with this list."""

    values: Mapping[str, str]
    left_out: bool = False


@transaction.atomic
def choose_columns(*, upload: Import, columns: Mapping[str, int], fixed: Mapping[str, str], headed: bool) -> Import:
    """Read the rows of `upload` anew: `columns` at those positions, what is `fixed` the same for all.

    `headed`: the first line holds headings. What was mended in a row stays so. Raises EnrolmentRefused if the list is
    under way or done, or its lines are forgotten.
    """
    upload = _lock_open(upload)
    sheet = Sheet(Sheet.from_json(upload.sheet).lines, headed=headed)
    if not sheet.people:
        raise EnrolmentRefused(_("There is nobody in the list, only headings."))
    changed = {row["number"]: row for row in upload.rows}
    upload.sheet, upload.columns, upload.fixed = sheet.as_json(), dict(columns), dict(fixed)
    upload.rows = [changed.get(row["number"], {}) | row for row in sheet.rows(columns, fixed)]
    upload.save(update_fields=["sheet", "columns", "fixed", "rows"])
    return upload


@transaction.atomic
def mend_rows(*, upload: Import, rows: Mapping[int, Mended]) -> Import:
    """Let the `rows`, by their numbers, say something else. What they said in the file isn't lost.

    Raises EnrolmentRefused if the list is under way or done.
    """
    upload = _lock_open(upload)
    for row in upload.rows:
        if mended := rows.get(row["number"]):
            row["mended"] = {**row.get("mended", {}), **mended.values}
            row["left_out"] = mended.left_out
    upload.save(update_fields=["rows"])
    return upload


def _lock_open(upload: Import) -> Import:
    locked = lock(upload)
    if not locked.is_open:
        raise EnrolmentRefused(_("The list is confirmed already, and can't be changed any more."))
    locked.cohort, locked.municipality, locked.uploaded_by = upload.cohort, upload.municipality, upload.uploaded_by
    return locked
