"""Taking a change back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from sessions.actions.altering import carry_out, lock_sessions, require_version
from sessions.changing.alterations import Alteration
from sessions.exceptions import PlanningRefused
from sessions.models import Attendance, Change, CohortSession, SessionRevision
from sessions.rules.changing import refusal_to_undo


@transaction.atomic
def undo_change(*, session: CohortSession, version: int, by: User, now: datetime) -> Change:
    """Take back the latest change of `session`, with the other sessions that it changed: all of them or none.

    Time, place and status are what they were; lecturers stay. Whoever hasn't been told of the change is told nothing,
    the others that it is taken back. Raises ChangedMeanwhile if someone changed the session after `version`, and
    PlanningRefused with the reason if there is no change, if one of the sessions has been changed again or held
    since, or if a change leads back to the past.
    """
    change = latest_change(session)
    if change is None:
        raise PlanningRefused(_("There is no change to undo."))
    locked = lock_sessions(change.revisions.values_list("session", flat=True), by=by)
    require_version(next(one for one in locked if one.pk == session.pk), version)
    alterations = undoing(change, locked)
    if refusal := refusal_of_undoing(change, alterations, now=now):
        raise PlanningRefused(refusal)
    undone = carry_out(alterations, by=by, now=now, undoes=change)
    if undone is None:
        raise PlanningRefused(_("There is no change to undo."))
    return undone


def latest_change(session: CohortSession) -> Change | None:
    """The change that gave the session its present time, place and status, if it was ever changed."""
    revision = session.revisions.filter(number=session.revision).select_related("change__by").first()
    return revision.change if revision else None


def undoing(change: Change, sessions: Iterable[CohortSession]) -> list[Alteration]:
    """What taking `change` back makes of its sessions."""
    rows = SessionRevision.objects.filter(session__revisions__change=change)
    standings = {(row.session_id, row.number): row.standing for row in rows}
    numbers = {row.session_id: row.number for row in change.revisions.all()}
    return [Alteration.of(session, standings[session.pk, numbers[session.pk] - 1]) for session in sessions]


def refusal_of_undoing(change: Change, alterations: Iterable[Alteration], *, now: datetime) -> str | None:
    """Why the change can't be taken back. Asks the database whether its sessions have been changed again or held."""
    alterations = list(alterations)
    numbers = {row.session_id: row.number for row in change.revisions.all()}
    return refusal_to_undo(
        latest=all(numbers[one.session.pk] == one.revision for one in alterations),
        marked=Attendance.objects.valid().filter(session__in=numbers).exists(),
        past=any(min(one.before.starts, one.after.starts) <= now for one in alterations),
    )
