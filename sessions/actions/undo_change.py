"""Taking a change back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from sessions.actions.altering import carry_out, lock_sessions, require_version
from sessions.changing.alterations import Alteration
from sessions.exceptions import PlanningRefused
from sessions.models import Attendance, Change, CohortSession, Lecturer, LecturerChange, SessionRevision
from sessions.rules.changing import refusal_to_undo


@transaction.atomic
def undo_change(*, session: CohortSession, version: int, by: User, now: datetime) -> Change:
    """Take back the latest change of `session`, with the other sessions that it changed: all of them or none.

    Time, place and status are what they were; whom it put on is taken off, and whom it took off is put back. Whoever
    hasn't been told of the change is told nothing, the others that it is taken back. Raises ChangedMeanwhile if
    someone changed the session after `version`, and PlanningRefused with the reason if there is no change, if one of
    the sessions has been changed again or held since, or if a change leads back to the past.
    """
    change = latest_change(session)
    if change is None:
        raise PlanningRefused(_("There is no change to undo."))
    changed = CohortSession.objects.filter(Q(revisions__change=change) | Q(revisions__lecturer_changes__change=change))
    locked = lock_sessions(changed.values_list("pk", flat=True), by=by)
    require_version(next(one for one in locked if one.pk == session.pk), version)
    alterations = undoing(change, locked)
    if refusal := refusal_of_undoing(change, alterations, now=now):
        raise PlanningRefused(refusal)
    undone = carry_out(alterations, by=by, now=now, undoes=change)
    if undone is None:
        raise PlanningRefused(_("There is no change to undo."))
    return undone


def latest_change(session: CohortSession) -> Change | None:
    """The change that gave the session its present time, place and status, or lecturers, if it was ever changed."""
    changes = Change.objects.filter(Q(revisions__session=session) | Q(lecturer_changes__revision__session=session))
    return changes.order_by("created").last()


def undoing(change: Change, sessions: Iterable[CohortSession]) -> list[Alteration]:
    """What taking `change` back makes of its sessions."""
    rows = SessionRevision.objects.filter(session__revisions__change=change)
    standings = {(row.session_id, row.number): row.standing for row in rows}
    before = {row.session_id: standings[row.session_id, row.number - 1] for row in change.revisions.all()}
    put_on: dict[UUID, set[Lecturer]] = defaultdict(set)
    taken_off: dict[UUID, set[Lecturer]] = defaultdict(set)
    for row in change.lecturer_changes.select_related("revision", "lecturer"):
        (put_on if row.joins else taken_off)[row.revision.session_id].add(row.lecturer)
    return [
        Alteration.of(
            session,
            before.get(session.pk),
            lecturers={*session.lecturers.all()} - put_on[session.pk] | taken_off[session.pk],
        )
        for session in sessions
    ]


def refusal_of_undoing(change: Change, alterations: Iterable[Alteration], *, now: datetime) -> str | None:
    """Why the change can't be taken back. Asks the database whether its sessions have been changed again or held."""
    alterations = list(alterations)
    revisions = {one.session.pk: one.revision for one in alterations}
    taught = LecturerChange.objects.filter(revision__session__revisions__lecturer_changes__change=change)
    latest = dict(taught.order_by("created").values_list("revision__session", "change"))
    return refusal_to_undo(
        latest=all(row.number == revisions[row.session_id] for row in change.revisions.all())
        and {*latest.values()} <= {change.pk},
        marked=Attendance.objects.valid().filter(session__in=revisions).exists(),
        past=any(min(one.before.starts, one.after.starts) <= now for one in alterations),
    )
