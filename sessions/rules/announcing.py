"""What can be sent to those of a cohort. Pure: no database, clock or request."""

from django.utils.translation import gettext as _

from cohorts.choices import CohortStatus

LARGEST_ATTACHMENT = 5_000_000  # bytes: what mail servers everywhere take, base64 and all


def is_attached(size: int | None) -> bool:
    """Whether a file of so many bytes travels with the mail; a larger one, and a link (None), is linked."""
    return size is not None and size <= LARGEST_ATTACHMENT


def refusal_to_send(*, status: str, people: int) -> str | None:
    """Say why a message can't be sent to the `people` of a cohort of that status."""
    if status != CohortStatus.PUBLISHED:
        return _("The cohort isn't published: nobody knows of it yet.")
    if not people:
        return _("There is nobody to send it to.")
    return None
