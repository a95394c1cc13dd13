"""Which messages are about a person, a session or a cohort: the post office knows ids, this room knows whose."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, Value

from accounts.models import User
from certificates.models import Certificate
from cohorts.models import Cohort
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from participants.models import Enrolment, Participant
from sessions.messages import welcome, withdrawal
from sessions.messages.concerned import ABOUT
from sessions.messages.concerned import NAME as CHANGED
from sessions.messages.recipients import BY_MISTAKE
from sessions.models import Announcement, CohortSession, TeachingRequest

OF_SEATS = frozenset({welcome.NAME, withdrawal.NAME, BY_MISTAKE})


def about_person(person: Participant, *, user: User) -> MessageQuerySet:
    """To her, and to others about her. Takes one query beside its own, as the others do."""
    found = _about(
        person=[person.pk],
        participant=[person.pk],
        **_keys_of(
            enrolment=person.enrolments.all(),
            employment=person.employments.all(),
            certificate=Certificate.objects.filter(enrolment__participant=person),
        ),
    )
    return _seen_by(user, found | Q(recipient__in={person.email, person.user.email if person.user else person.email}))


def about_session(session: CohortSession, *, user: User) -> MessageQuerySet:
    """About it alone, about changes of it among others, and whether somebody is to come to its cohort at all."""
    keys = _keys_of(
        request=TeachingRequest.objects.filter(session=session),
        announcement=Announcement.objects.filter(session=session),
        enrolment=Enrolment.objects.filter(cohort=session.cohort_id),
    )
    seats = _about(cohort=[session.cohort_id], enrolment=keys.pop("enrolment")) & Q(kind__in=OF_SEATS)
    found = _about(session=[session.pk], **keys) | _changes_of([session.pk])
    return _seen_by(user, found | seats & Q(due__lt=session.ends))


def about_cohort(cohort: Cohort, *, user: User) -> MessageQuerySet:
    """About it, its sessions, and those who are enrolled in it."""
    keys = _keys_of(
        session=cohort.sessions.all(),
        enrolment=Enrolment.objects.filter(cohort=cohort),
        certificate=Certificate.objects.filter(enrolment__cohort=cohort),
    )
    return _seen_by(user, _about(cohort=[cohort.pk], **keys) | _changes_of(keys["session"]))


def _keys_of(**rows: Any) -> dict[str, list[UUID]]:
    """The keys of several sorts of rows, in one query."""
    first, *others = (found.order_by().values_list(Value(name), "pk") for name, found in rows.items())
    keys: dict[str, list[UUID]] = {name: [] for name in rows}
    for name, pk in first.union(*others, all=True):
        keys[name].append(pk)
    return keys


def _about(**refs: list[UUID]) -> Q:
    return Q(pk__in=Message.objects.about_any(**refs).order_by().values("pk"))


def _changes_of(sessions: list[UUID]) -> Q:
    return Q(kind=CHANGED, refs__has_any_keys=[f"{ABOUT}{pk}" for pk in sessions])


def _seen_by(user: User, found: Q) -> MessageQuerySet:
    return Message.objects.visible_to(user).filter(found)
