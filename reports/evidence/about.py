"""Which messages are about a person, a session or a cohort: the post office knows ids, this room knows whose."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import User
from certificates.models import Certificate
from cohorts.models import Cohort
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from participants.models import Enrolment, Participant
from sessions.messages.concerned import ABOUT
from sessions.messages.concerned import NAME as CHANGED
from sessions.models import CohortSession, TeachingRequest


def about_person(person: Participant, *, user: User) -> MessageQuerySet:
    """To her, and to others about her."""
    enrolments = list(person.enrolments.values_list("pk", flat=True))
    found = _about(
        person=[person.pk],
        participant=[person.pk],
        enrolment=enrolments,
        employment=person.employments.values_list("pk", flat=True),
        certificate=Certificate.objects.filter(enrolment__in=enrolments).values_list("pk", flat=True),
    )
    return _seen_by(user, found | Q(recipient__in={person.email, person.user.email if person.user else person.email}))


def about_session(session: CohortSession, *, user: User) -> MessageQuerySet:
    """About it alone, or about changes of it among others."""
    requests = TeachingRequest.objects.filter(session=session).values_list("pk", flat=True)
    return _seen_by(user, _about(session=[session.pk], request=requests) | _changes_of([session]))


def about_cohort(cohort: Cohort, *, user: User) -> MessageQuerySet:
    """About it, its sessions, and those who are enrolled in it."""
    sessions = list(cohort.sessions.all())
    enrolments = Enrolment.objects.filter(cohort=cohort)
    found = _about(
        cohort=[cohort.pk],
        session=[session.pk for session in sessions],
        enrolment=enrolments.values_list("pk", flat=True),
        certificate=Certificate.objects.filter(enrolment__in=enrolments).values_list("pk", flat=True),
    )
    return _seen_by(user, found | _changes_of(sessions))


def _about(**refs: object) -> Q:
    return Q(pk__in=Message.objects.about_any(**refs).order_by().values("pk"))  # type: ignore[arg-type]


def _changes_of(sessions: list[CohortSession]) -> Q:
    return Q(kind=CHANGED, refs__has_any_keys=[f"{ABOUT}{session.pk}" for session in sessions])


def _seen_by(user: User, found: Q) -> MessageQuerySet:
    return Message.objects.visible_to(user).filter(found)
