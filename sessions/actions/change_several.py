"""Changing several sessions as one decision: a lecturer falls ill, or the rest of a cohort is shifted."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from sessions.actions.altering import carry_out, lock_sessions, require_version
from sessions.actions.cancel_session import refusal_of_cancelling
from sessions.actions.change_session import refusal_of
from sessions.actions.scope import require_same_region
from sessions.changing.alterations import Alteration
from sessions.exceptions import PlanningRefused
from sessions.models import Change


@transaction.atomic
def change_several(*, alterations: Sequence[Alteration], by: User, now: datetime, sentence: str = "") -> Change | None:
    """Make the sessions what `alterations` say, all of them or none; each person is told once of all that concern her.

    They are compared with the sessions as they are now: raises ChangedMeanwhile if one has another version, and
    PlanningRefused as change_session and cancel_session do, naming the session.
    """
    if not alterations:
        return None
    locked = {session.pk: session for session in lock_sessions([one.session.pk for one in alterations], by=by)}
    again = []
    for one in alterations:
        session = locked[one.session.pk]
        require_version(session, one.version)
        again.append(Alteration.of(session, one.after, lecturers=one.to_be_taught_by))
    regions = [session.cohort.programme.region_id for session in locked.values()]
    lecturers = [lecturer.region_id for one in again for lecturer in one.joining]
    require_same_region(regions[0], *regions, *lecturers)
    for one in again:
        cancels = one.after.is_cancelled
        if refusal := refusal_of_cancelling(one.session) if cancels else refusal_of(one, now=now):
            raise PlanningRefused(f"{one.session}: {refusal}")
    return carry_out(again, by=by, now=now, sentence=sentence)
