"""What may be published, changed and cancelled, and why not."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from common.clock import local_date


def refusal_to_publish(
    *, modules: int, sessions: Sequence[datetime], applications_close: date, now: datetime
) -> str | None:
    """A published cohort can be applied for and attended: its dates are ahead, in the order of the modules.

    `sessions` are the starts of those not cancelled, in the order of their modules.
    """
    if not sessions or len(sessions) < modules:
        return _("Every module needs a session before the cohort can be published.")
    if any(later <= earlier for earlier, later in pairwise(sessions)):
        return _("The sessions must come in the order of the modules.")
    if sessions[0] <= now:
        return _("The first session must be ahead in time.")
    if applications_close >= local_date(sessions[0]):
        return _("The last day of application must come before the first session.")
    return None


def refusal_to_discard(*, draft: bool, enrolled: bool) -> str | None:
    """Only what nobody has seen or joined can be deleted."""
    if not draft:
        return _("The cohort is published and can't be deleted.")
    if enrolled:
        return _("People are or were enrolled in the cohort, so it can't be deleted.")
    return None


def refusal_to_move(*, cancelled: bool, marked: bool, past: bool = False) -> str | None:
    """What has been held stays where it was, what is cancelled is not moved, and nothing is moved into the past.

    `marked` and `past` are asked of a new time only.
    """
    if cancelled:
        return _("The session is cancelled and can't be changed.")
    if marked:
        return _("Attendance has been marked, so date and time can't be changed.")
    if past:
        return _("That time has passed: a session can only be moved to one that is ahead.")
    return None


def refusal_to_cancel(*, draft: bool, cancelled: bool, marked: bool) -> str | None:
    """Only a session that nobody has attended can be cancelled, once; a draft needs all of its own to be published."""
    if draft:
        return _("The cohort is a draft: move the session instead of cancelling it.")
    if cancelled:
        return _("The session is already cancelled.")
    if marked:
        return _("Attendance has been marked, so the session can't be cancelled.")
    return None


def refusal_to_undo(*, latest: bool, marked: bool, past: bool) -> str | None:
    """Only the latest change of a session is undone, while what it leads back to is ahead."""
    if not latest:
        return _("The session has been changed again since, so this change can't be undone.")
    if marked:
        return _("Attendance has been marked, so the change can't be undone.")
    if past:
        return _("The change leads back to a time that has passed, so it can't be undone.")
    return None


def out_of_order(
    *, number: int, starts: datetime, others: Collection[tuple[int, datetime]]
) -> tuple[int | None, int | None]:
    """The modules that a session of module `number` would wrongly come before, and after: None where there is none.

    `others` are module numbers and starts of the cohort's other sessions that are held.
    """
    before = [other for other, start in others if other < number and start >= starts]
    after = [other for other, start in others if other > number and start <= starts]
    return (max(before) if before else None, min(after) if after else None)
