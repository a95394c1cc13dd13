"""Moving a session, changing its place, its lecturers or its practical information."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from sessions.actions.altering import carry_out, lock_sessions, require_version
from sessions.actions.scope import require_same_region
from sessions.changing.alterations import Alteration
from sessions.exceptions import PlanningRefused
from sessions.models import CohortSession, Lecturer, Venue
from sessions.rules.changing import refusal_to_move
from sessions.rules.telling import Standing


@dataclass(frozen=True)
class SessionChange:
    """When, where and with whom a session is to be; times are aware. `information` None leaves it as it is."""

    starts: datetime
    ends: datetime
    venue: Venue | None
    online_url: str
    lecturers: Sequence[Lecturer]
    information: str | None = None

    def of(self, session: CohortSession) -> Alteration:
        """What it makes of `session`."""
        venue = self.venue.pk if self.venue else None
        after = Standing(self.starts, self.ends, venue, self.online_url, session.status)
        return Alteration.of(session, after, lecturers=self.lecturers)


@transaction.atomic
def change_session(
    *, session: CohortSession, version: int, change: SessionChange, by: User, now: datetime, sentence: str = ""
) -> CohortSession:
    """Give the session a new time, place, lecturers or information. `version` is the one that `by` was looking at.

    If time or place changed, its revision rises, and whoever knew the old one is told, with `sentence`; reminders and
    calendars follow. Saving what is already so changes nothing. Raises ChangedMeanwhile if someone else was first, and
    PlanningRefused if the session is cancelled, if its time would change and it has been held or the new one has
    passed, or if something belongs to another region.
    """
    [session] = lock_sessions([session.pk], by=by)
    require_version(session, version)
    require_same_region(
        session.cohort.programme.region_id,
        *(lecturer.region_id for lecturer in change.lecturers),
        *([change.venue.region_id] if change.venue else []),
    )
    alteration = change.of(session)
    if refusal := refusal_of(alteration, now=now):
        raise PlanningRefused(refusal)
    carry_out([alteration], by=by, now=now, sentence=sentence, information=change.information)
    return session


def refusal_of(alteration: Alteration, *, now: datetime) -> str | None:
    """Why the session can't be changed like that. Asks the database whether it has been held."""
    changes_time = alteration.changes_time
    return refusal_to_move(
        cancelled=alteration.before.is_cancelled,
        marked=changes_time and alteration.session.attendances.valid().exists(),
        past=changes_time and alteration.after.starts <= now,
    )
