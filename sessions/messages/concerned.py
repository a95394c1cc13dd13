"""Whom a change of sessions concerns, and what each of them has been told of it so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from sessions.changing.alterations import Alteration
from sessions.messages import welcome
from sessions.models import SessionRevision
from sessions.rules.telling import NOT_HERS, Standing, Step, joined, news

NAME = "session.changed"
ABOUT = "session:"  # begins the names of those refs of a message that hold a step, by session


@dataclass(frozen=True)
class Concerned:
    """A person with one address, in the first of her roles, and her step in each session.

    `pk` is that of the participant, the lecturer, or the manager as a user.
    """

    role: Role
    pk: UUID
    name: str
    email: str
    language: str
    steps: dict[UUID, Step] = field(default_factory=dict)


def seated(alterations: Iterable[Alteration], *, now: datetime) -> list[Any]:
    """The enrolments in cohorts to which a session's move is to be told: see welcome.seated_in. Takes two queries."""
    cohorts = {one.session.cohort_id for one in alterations if one.moves and one.is_told(now=now)}
    return welcome.seated_in(cohorts, now=now) if cohorts else []


def concerned_by(alterations: Iterable[Alteration], enrolments: Iterable[Any], *, now: datetime) -> list[Concerned]:
    """Everyone who knows how the sessions of published cohorts stood, or is new to them. Takes at most two queries.

    Those are who takes part and has been welcomed, the lecturers before and after, and the managers of municipalities
    from which someone takes part. Who teaches only, or stays on where time and place do, need not be told.
    `enrolments` are those `seated`.
    """
    public = [one for one in alterations if one.is_told(now=now)]
    moved: dict[UUID, list[Alteration]] = defaultdict(list)
    for one in public:
        if one.moves:
            moved[one.session.cohort_id].append(one)
    people: dict[str, Concerned] = {}

    def add(person: Concerned, steps: Mapping[UUID, Step]) -> None:
        known = people.setdefault(person.email.lower(), person)
        if known.role == person.role:
            known.steps.update(steps)

    managed: dict[UUID, set[UUID]] = defaultdict(set)
    for enrolment in enrolments:
        managed[enrolment.municipality_id].add(enrolment.cohort_id)
        if not enrolment.unwelcomed:
            who = enrolment.participant
            person = Concerned(Role.PARTICIPANT, who.pk, str(who), who.email, who.language)
            add(person, _steps(moved[enrolment.cohort_id]))
    for lecturer, steps in _teaching(public):
        add(lecturer, steps)
    roles = RoleAssignment.objects.filter(
        role=Role.MANAGER, municipality__in=managed, user__is_active=True
    ).select_related("user")
    for role in roles.order_by("pk") if managed else ():
        user = role.user
        if role.municipality_id:
            for cohort in managed[role.municipality_id]:
                add(Concerned(Role.MANAGER, user.pk, str(user), user.email, user.language), _steps(moved[cohort]))
    return sorted(people.values(), key=attrgetter("name"))


def with_news(
    people: Iterable[Concerned], alterations: Collection[Alteration], *, waiting: Iterable[Message]
) -> list[Concerned]:
    """Those of `people` for whom there is something to tell, from what each was last told. Takes at most one query.

    What is `waiting` hasn't left: it counts as not told. Who knows how things are now, since they were changed back
    before she was told, is left out.
    """
    unsent: dict[str, dict[UUID, Step]] = defaultdict(dict)
    for message in waiting:
        unsent[message.recipient.lower()].update(steps_of(message))
    people = [replace(person, steps=joined(unsent[person.email.lower()], person.steps)) for person in people]
    standings = {(one.session.pk, one.revision): one.before for one in alterations}
    standings |= {(one.session.pk, one.next_revision): one.after for one in alterations}
    steps = {(session, step) for person in people for session, step in person.steps.items()}
    earlier = {pk for pk, step in steps if not {(pk, step.told), (pk, step.now)} <= {*standings, (pk, NOT_HERS)}}
    standings = standings_of(earlier) | standings
    for person in people:
        for session, step in list(person.steps.items()):
            if not news(standings.get((session, step.told)), standings.get((session, step.now))):
                del person.steps[session]
    return [person for person in people if person.steps]


def waiting_about(sessions: Collection[UUID]) -> MessageQuerySet:
    """Messages about changes of `sessions` that haven't left yet."""
    return Message.objects.filter(kind=NAME, refs__has_any_keys=[f"{ABOUT}{pk}" for pk in sessions]).unsent()


def steps_of(message: Message) -> dict[UUID, Step]:
    """What `message` tells, by session."""
    return {
        UUID(name.removeprefix(ABOUT)): Step.read(text) for name, text in message.refs.items() if name.startswith(ABOUT)
    }


def standings_of(sessions: Collection[UUID]) -> dict[tuple[UUID, int], Standing]:
    """How `sessions` stood, by session and revision, as far as they were ever changed."""
    rows = SessionRevision.objects.filter(session__in=sessions) if sessions else ()
    return {(row.session_id, row.number): row.standing for row in rows}


def _steps(alterations: Iterable[Alteration]) -> dict[UUID, Step]:
    return {one.session.pk: one.step for one in alterations}


def _teaching(alterations: Iterable[Alteration]) -> list[tuple[Concerned, dict[UUID, Step]]]:
    """The lecturers to be told, in the language of the user with their address, if there is one."""
    found = []
    for one in alterations:
        session = one.session.pk
        found += [(lecturer, {session: one.step}) for lecturer in one.staying if one.moves]
        found += [(lecturer, {session: Step(NOT_HERS, one.next_revision)}) for lecturer in one.joining]
        found += [(lecturer, {session: Step(one.revision, NOT_HERS)}) for lecturer in one.leaving]
    addresses = {lecturer.email for lecturer, _steps in found}
    users = User.objects.filter(email__in=addresses) if addresses else ()
    languages = {user.email.lower(): user.language for user in users}
    return [
        (
            Concerned(
                Role.LECTURER,
                lecturer.pk,
                lecturer.name,
                lecturer.email,
                languages.get(lecturer.email, settings.LANGUAGE_CODE),
            ),
            steps,
        )
        for lecturer, steps in found
    ]
