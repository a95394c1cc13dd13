"""The spreadsheets of an import: the template to fill in, and the rows to correct."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from common.spreadsheets import xlsx
from participants.importing.headings import LABELS
from participants.importing.plan import Plan
from participants.importing.rows import EXAMPLE_EMAIL


def template(columns: Collection[str], *, with_municipality: bool, today: date) -> bytes:
    """Headings for `columns` and one openly fictitious person, whom the import takes for what she is."""
    example = {
        "first_name": "Förnamn",
        "last_name": "Efternamn",
        "email": EXAMPLE_EMAIL,
        "unit": "Barn och familj",
        "title": "Socialsekreterare",
        "employed_from": today.isoformat(),
        "municipality": "Lund",
        "degree": "socionom",
        "graduated": today.isoformat(),
        "prior_courses": "ja",
    }
    shown = [column for column in example if column in columns and (with_municipality or column != "municipality")]
    return xlsx(_("New hires"), [str(LABELS[column]) for column in shown], [[example[column] for column in shown]])


def wrong_rows(plan: Plan) -> bytes:
    """The rows that could not be enrolled as they were written, each with the reason, ready to correct and upload."""
    wrong = plan.wrong
    columns = [column for column in LABELS if any(column in row.row.values for row in wrong)]
    return xlsx(
        _("To correct"),
        [*(str(LABELS[column]) for column in columns), _("Reason")],
        [[*(row.row.values.get(column, "") for column in columns), row.reason] for row in wrong],
    )
