"""What can be sent to those of a cohort. Pure: no database, clock or request."""

from datetime import date

from django.utils.translation import gettext as _

from cohorts.choices import CohortStatus
from common.templatetags.interface import weekday_date
from sessions.rules.materials import is_waiting

LARGEST_ATTACHMENT = 5_000_000  # bytes: what mail servers everywhere take, base64 and all


def is_attached(size: int | None) -> bool:
    """Whether a file of so many bytes travels with the mail; a larger one, and a link (None), is linked."""
    return size is not None and size <= LARGEST_ATTACHMENT


def refusal_to_send(*, status: str, people: int, handed_out: date | None, today: date) -> str | None:
    """Say why a message can't be sent to the `people` of a cohort of that status.

    What goes along is `handed_out` from that local day on; None: at once, or there is nothing.
    """
    if status != CohortStatus.PUBLISHED:
        return _("The cohort isn't published: nobody knows of it yet.")
    if not people:
        return _("There is nobody to send it to.")
    if handed_out and is_waiting(handed_out, today=today):
        return _(
            "The course material that goes along is shown from %(day)s. Send the message then, "
            "or leave the material out."
        ) % {"day": weekday_date(handed_out)}
    return None
