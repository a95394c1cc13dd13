"""What every change of sessions has in common: locks, revisions, the log, and telling those concerned."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.models import Cohort
from common.clock import STOCKHOLM
from common.exceptions import Gone
from messaging.actions import cancel, queue
from messaging.models import Message
from sessions.actions.scope import require_coordinator
from sessions.changing.alterations import Alteration
from sessions.exceptions import ChangedMeanwhile
from sessions.messages import changed, concerned, reminder, welcome
from sessions.models import Change, CohortSession, Lecturer, LecturerChange, SessionRevision
from sessions.rules.telling import Standing


def lock_sessions(sessions: Iterable[UUID], *, by: User) -> list[CohortSession]:
    """Return the sessions with details, locked, and their cohorts too: nobody is enrolled or published meanwhile.

    Cohorts come before sessions, each in the order of their keys, so that two changes can't wait for each other.
    Raises PlanningRefused if `by` doesn't coordinate them, and Gone if one has been deleted.
    """
    keys = set(sessions)
    wanted = CohortSession.objects.filter(pk__in=keys)
    cohorts = Cohort.objects.filter(pk__in=wanted.values("cohort")).order_by("pk")
    list(cohorts.select_for_update(of=("self",)))
    locked = list(wanted.with_details().order_by("pk").select_for_update(of=("self",)))
    if len(locked) < len(keys):
        raise Gone(_("It has been deleted meanwhile."))
    for session in locked:
        require_coordinator(by, session.cohort.programme.region_id)
    return locked


def require_version(session: CohortSession, version: int | None) -> None:
    """Raise ChangedMeanwhile if someone changed the session after `version`."""
    if session.version != version:
        raise ChangedMeanwhile(_("Someone else has changed the session since you opened the page."))


def carry_out(
    alterations: Sequence[Alteration],
    *,
    by: User,
    now: datetime,
    sentence: str = "",
    undoes: Change | None = None,
    information: str | None = None,
) -> Change | None:
    """Make locked sessions of one region what they are to be, as one decision; tell everyone who has to know once.

    Those that are so already are left alone; None if that is all. `information` is the one session's practical
    information, of which nobody is told. Belongs in a transaction.
    """
    altered = [one for one in alterations if one.changes_anything]
    change = None
    if altered:
        region = altered[0].session.cohort.programme.region_id
        change = Change.objects.create(region_id=region, at=now, by=by, sentence=sentence, undoes=undoes)
    for one in alterations:
        if one in altered or information not in (None, one.session.information):
            _write(one, change, information=information, by=by, now=now)
    if change:
        _tell(change, altered, now=now)
    return change


def _write(one: Alteration, change: Change | None, *, information: str | None, by: User, now: datetime) -> None:
    session, after = one.session, one.after
    before = _recorded(one.before, one.taught_by, session.information)
    revision, _new = SessionRevision.objects.get_or_create(
        session=session, number=one.revision, defaults=_fields(one.before)
    )
    if one.moves:
        revision = SessionRevision.objects.create(
            session=session, number=one.next_revision, change=change, **_fields(after)
        )
    session.starts, session.ends = after.time
    session.venue_id, session.online_url, session.status = after.venue, after.online_url, after.status
    session.information = session.information if information is None else information
    session.revision, session.version = one.next_revision, one.version + 1
    session.save()
    session.lecturers.set(one.to_be_taught_by)
    if change:
        LecturerChange.objects.bulk_create(
            LecturerChange(change=change, revision=revision, lecturer=lecturer, joins=lecturer in one.joining)
            for lecturer in (*one.joining, *one.leaving)
        )
    record(
        _verb(one, change),
        session,
        by=by,
        now=now,
        scope=session.cohort.programme.region_id,
        before=before,
        after=_recorded(after, one.to_be_taught_by, session.information),
        reason=change.sentence if change else "",
    )


def _tell(change: Change, alterations: Collection[Alteration], *, now: datetime) -> None:
    """Queue one message per person, in place of what waits.

    Welcomes are queued and held first: whoever's is still to be written when this commits is told by it.
    """
    sessions = {one.session.pk for one in alterations}
    queue(welcome.materialise(now))
    list(welcome.waiting_in({one.session.cohort_id for one in alterations}).order_by("pk").select_for_update())
    waiting = list(concerned.waiting_about(sessions).order_by("pk").select_for_update())
    people = concerned.concerned_by(alterations, concerned.seated(alterations, now=now), now=now)
    addresses = {person.email.lower() for person in people}
    replaced = [message for message in waiting if message.recipient.lower() in addresses]
    cancel(messages=Message.objects.filter(pk__in=[message.pk for message in replaced]), now=now)
    cancel(messages=reminder.waiting_about(one.session.pk for one in alterations if one.moves), now=now)
    told = concerned.with_news(people, alterations, waiting=replaced)
    queue(changed.drafts(change, told, alterations, now=now))


def _verb(one: Alteration, change: Change | None) -> str:
    if change and change.undoes:
        return "session.change_undone"
    return "session.cancelled" if one.after.is_cancelled and one.moves else "session.changed"


def _fields(standing: Standing) -> dict[str, Any]:
    return {
        "starts": standing.starts,
        "ends": standing.ends,
        "venue_id": standing.venue,
        "online_url": standing.online_url,
        "status": standing.status,
    }


def _recorded(standing: Standing, lecturers: Iterable[Lecturer], information: str) -> dict[str, Any]:
    return {
        "starts": standing.starts.astimezone(STOCKHOLM).isoformat(),
        "ends": standing.ends.astimezone(STOCKHOLM).isoformat(),
        "venue": str(standing.venue or ""),
        "online_url": standing.online_url,
        "status": standing.status,
        "lecturers": sorted(str(lecturer.pk) for lecturer in lecturers),
        "information": information,
    }
