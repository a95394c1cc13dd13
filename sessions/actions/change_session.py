"""Moving a session, changing its place or lecturers, and cancelling it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.choices import CohortStatus
from common.clock import STOCKHOLM
from common.locking import lock
from sessions.actions.scope import require_coordinator, require_same_region
from sessions.choices import SessionStatus
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.models import CohortSession, Lecturer, Venue
from sessions.rules.changing import refusal_to_cancel, refusal_to_move


@dataclass(frozen=True)
class SessionChange:
    """When, where and with whom a session is to be; times are aware."""

    starts: datetime
    ends: datetime
    venue: Venue | None
    online_url: str
    lecturers: Sequence[Lecturer]


@transaction.atomic
def change_session(
    *, session: CohortSession, version: int, change: SessionChange, by: User, now: datetime
) -> CohortSession:
    """Give the session a new time, place or lecturers. `version` is the one that `by` was looking at.

    Its revision rises if time or place changed: reminders and calendars follow the new one. Saving what is already
    so changes nothing. Raises ChangedMeanwhile if someone else was first, and PlanningRefused if the session is
    cancelled, if it has been held and the time would change, or if something belongs to another region.
    """
    session = _locked(session, version=version, by=by)
    region = session.cohort.programme.region_id
    require_same_region(
        region,
        *(lecturer.region_id for lecturer in change.lecturers),
        *([change.venue.region_id] if change.venue else []),
    )
    moved = (session.starts, session.ends) != (change.starts, change.ends)
    marked = moved and session.attendances.valid().exists()
    if refusal := refusal_to_move(cancelled=session.is_cancelled, marked=marked):
        raise PlanningRefused(refusal)
    before = _recorded(session, session.lecturers.all())
    replaced = (session.venue_id, session.online_url) != (change.venue.pk if change.venue else None, change.online_url)
    session.starts, session.ends = change.starts, change.ends
    session.venue, session.online_url = change.venue, change.online_url
    after = _recorded(session, change.lecturers)
    if before == after:
        return session
    if moved or replaced:
        session.revision += 1
    session.version += 1
    session.save()
    session.lecturers.set(change.lecturers)
    record("session.changed", session, by=by, now=now, scope=region, before=before, after=after)
    return session


@transaction.atomic
def cancel_session(*, session: CohortSession, version: int, by: User, now: datetime) -> CohortSession:
    """Cancel the session: it is reminded of no more, and calendars show it as cancelled.

    Raises ChangedMeanwhile if someone changed it after `version`, and PlanningRefused if it has been held, is
    cancelled already, or belongs to a draft.
    """
    session = _locked(session, version=version, by=by)
    refusal = refusal_to_cancel(
        draft=session.cohort.status == CohortStatus.DRAFT,
        cancelled=session.is_cancelled,
        marked=session.attendances.valid().exists(),
    )
    if refusal:
        raise PlanningRefused(refusal)
    session.status = SessionStatus.CANCELLED
    session.revision += 1
    session.version += 1
    session.save()
    record(
        "session.cancelled",
        session,
        by=by,
        now=now,
        scope=session.cohort.programme.region_id,
        before={"status": SessionStatus.PLANNED},
        after={"status": SessionStatus.CANCELLED},
    )
    return session


def _locked(session: CohortSession, *, version: int, by: User) -> CohortSession:
    session = lock(session)
    require_coordinator(by, session.cohort.programme.region_id)
    if session.version != version:
        raise ChangedMeanwhile(_("Someone else has changed the session since you opened the page."))
    return session


def _recorded(session: CohortSession, lecturers: Iterable[Lecturer]) -> dict[str, Any]:
    return {
        "starts": session.starts.astimezone(STOCKHOLM).isoformat(),
        "ends": session.ends.astimezone(STOCKHOLM).isoformat(),
        "venue": str(session.venue_id or ""),
        "online_url": session.online_url,
        "lecturers": sorted(str(lecturer.pk) for lecturer in lecturers),
    }
