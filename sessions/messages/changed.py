"""That sessions have been moved, changed in place or cancelled, or taken back: one message to each person concerned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from messaging.choices import State
from messaging.kinds import Attachment, Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render as render_template
from participants.models import Participant
from sessions.calendars.icalendar import attachment, called_off, page_url
from sessions.changing.alterations import Alteration
from sessions.choices import News
from sessions.messages.concerned import ABOUT, NAME, Concerned, steps_of
from sessions.messages.recipients import taking_part, times_left, times_taken_off
from sessions.models import Change, CohortSession, Lecturer, SessionRevision
from sessions.rules.telling import NOT_HERS, Step, news

ONE_DAY = timedelta(days=1)  # a correction of what is just beginning is worth sending this long


@dataclass(frozen=True)
class Item:
    """What a message says of one session. `before` is as the receiver knew it, if she did."""

    session: CohortSession
    before: SessionRevision | None
    news: News
    url: str


def drafts(
    change: Change, people: Iterable[Concerned], alterations: Iterable[Alteration], *, now: datetime
) -> Iterator[Draft]:
    """One message to each of `people`. The change is in the key: its revisions are what makes it another message.

    Worth sending until the last of the sessions has ended, where it was and where it is.
    """
    ends = [end for one in alterations for end in (one.before.ends, one.after.ends)]
    for person in people:
        yield Draft.to(
            person,
            kind=NAME,
            key=f"{NAME}:{change.pk}:{person.role}:{person.pk}",
            due=now,
            expires=max(*ends, now + ONE_DAY),
            scope=change.region_id,
            change=change.pk,
            role=person.role,
            person=person.pk,
            **{f"{ABOUT}{session}": step for session, step in person.steps.items()},
        )


def told_of(sessions: Iterable[UUID], *, since: datetime) -> set[tuple[UUID, str, datetime]]:
    """Session, receiver and time of the messages about changes of `sessions` that were due at `since` or later."""
    names = [f"{ABOUT}{pk}" for pk in sessions]
    messages = Message.objects.filter(kind=NAME, due__gte=since, refs__has_any_keys=names).exclude(
        state__in=[State.CANCELLED, State.EXPIRED]
    )
    return {(pk, message.recipient, message.due) for message in messages for pk in steps_of(message)}


def still_holds(message: Message, now: datetime) -> bool:
    """Not if a session has been changed again since, or is none of the receiver's business any more."""
    steps = steps_of(message)
    revisions = dict(CohortSession.objects.filter(pk__in=steps).values_list("pk", "revision"))
    current = all(step.now in (NOT_HERS, revisions.get(session)) for session, step in steps.items())
    return current and bool(_concerning(message))


def render(message: Message) -> Content:
    """Say what was and what is, with the sessions as calendar files. A manager reads how many of hers take part."""
    change = Change.objects.select_related("region").get(pk=message.refs["change"])
    items = list(_items(message))
    files = _files(message, items)
    context = {
        "first_name": _first_name(message),
        "items": items,
        "sentence": change.sentence,
        "region": change.region,
        "role": message.refs["role"],
        "files": len(files),
        "people": _people_of(message) if message.refs["role"] == Role.MANAGER else 0,
    }
    return render_template("sessions/mail/changed", context, language=message.language, attachments=files)


def _files(message: Message, items: Iterable[Item]) -> list[Attachment]:
    """Her sessions as they are now, and those that she doesn't teach any more as called off."""
    role, recipient, now = message.refs["role"], message.recipient, message.due
    left = _times_left(message, [item.session for item in items])
    gone = [item.session for item in items if item.news == News.TEACHES_NO_MORE]
    kept = [item.session for item in items if item.news != News.TEACHES_NO_MORE]
    files = called_off(gone, now=now, recipient=recipient, left=left)
    if kept:
        invited = recipient if role != Role.MANAGER else ""  # who follows others is asked to nothing
        files.append(attachment(kept, now=now, recipient=invited, left=left))
    return files


def _times_left(message: Message, sessions: Iterable[CohortSession]) -> Counter[UUID]:
    role, person = message.refs["role"], message.refs["person"]
    if role == Role.LECTURER:
        return times_taken_off(sessions, UUID(person))
    if role == Role.PARTICIPANT:
        return times_left(sessions, Participant.objects.get(pk=person))
    return Counter()  # a manager comes to none of them


def _items(message: Message) -> Iterator[Item]:
    steps = steps_of(message)
    known = {(row.session_id, row.number): row for row in _revisions(steps)}
    for session in CohortSession.objects.with_facts().filter(pk__in=_concerning(message)):
        step = steps[session.pk]
        before = known.get((session.pk, step.told))
        after = None if step.now == NOT_HERS else session.standing
        if what := news(before.standing if before else None, after):
            yield Item(session, before, what, page_url(session))


def _revisions(steps: dict[UUID, Step]) -> Iterable[SessionRevision]:
    numbers = {step.told for step in steps.values()}
    return SessionRevision.objects.filter(session__in=steps, number__in=numbers).select_related("venue")


def _concerning(message: Message) -> set[UUID]:
    """Those of the message's sessions that still concern its receiver, in the role in which she is told."""
    steps, role, person = steps_of(message), message.refs["role"], message.refs["person"]
    sessions = CohortSession.objects.filter(pk__in=steps)
    if role == Role.LECTURER:
        teaching = set(sessions.filter(lecturers=person).values_list("pk", flat=True))
        known = Lecturer.objects.filter(pk=person).exists()
        return {pk for pk, step in steps.items() if known and (step.now == NOT_HERS) != (pk in teaching)}
    enrolments = taking_part().filter(cohort__sessions__in=steps)
    if role == Role.PARTICIPANT:
        enrolments = enrolments.filter(participant=person)
    else:
        enrolments = enrolments.filter(municipality__in=_managed_by(person))
    return set(sessions.filter(cohort__in=enrolments.values("cohort")).values_list("pk", flat=True))


def _managed_by(user_id: str) -> set[UUID]:
    roles = RoleAssignment.objects.filter(user_id=user_id, role=Role.MANAGER, user__is_active=True)
    return {role.municipality_id for role in roles if role.municipality_id}


def _people_of(message: Message) -> int:
    managed = _managed_by(message.refs["person"])
    enrolments = taking_part().filter(cohort__sessions__in=steps_of(message), municipality__in=managed)
    return enrolments.values("participant").distinct().count()


def _first_name(message: Message) -> str:
    role, person = message.refs["role"], message.refs["person"]
    if role == Role.LECTURER:
        return Lecturer.objects.get(pk=person).first_name
    people = Participant.objects.all() if role == Role.PARTICIPANT else User.objects.all()
    return str(people.values_list("first_name", flat=True).get(pk=person))


# It doesn't wait for the morning: who is about to travel must know, and mail wakes nobody (ADR 16).
# Nor for a coordinator when it is uncertain whether it arrived: read twice does less harm than travelling in vain.
CHANGED = Kind(name=NAME, render=render, still_holds=still_holds, resends=True, title=_("Changed session"))
