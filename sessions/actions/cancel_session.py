"""Cancelling a session."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cohorts.choices import CohortStatus
from sessions.actions.altering import carry_out, lock_sessions, require_version
from sessions.changing.alterations import Alteration
from sessions.exceptions import PlanningRefused
from sessions.models import CohortSession
from sessions.rules.changing import refusal_to_cancel


@transaction.atomic
def cancel_session(
    *, session: CohortSession, version: int, by: User, now: datetime, sentence: str = ""
) -> CohortSession:
    """Cancel the session and tell everyone who would have come: nobody is reminded, and calendars show it.

    Raises ChangedMeanwhile if someone changed it after `version`, and PlanningRefused if it has been held, is
    cancelled already, or belongs to a draft.
    """
    [session] = lock_sessions([session.pk], by=by)
    require_version(session, version)
    if refusal := refusal_of_cancelling(session):
        raise PlanningRefused(refusal)
    carry_out([Alteration.cancelling(session)], by=by, now=now, sentence=sentence)
    return session


def refusal_of_cancelling(session: CohortSession) -> str | None:
    """Why the session can't be cancelled. Asks the database whether it has been held."""
    return refusal_to_cancel(
        draft=session.cohort.status == CohortStatus.DRAFT,
        cancelled=session.is_cancelled,
        marked=session.attendances.valid().exists(),
    )
