"""Who takes part, since when, and who left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cohorts.choices import CohortStatus
from messaging.models import Message
from participants.choices import LEFT, EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent, Participant
from sessions.models import CohortSession, LecturerChange

BY_MISTAKE = "registration.mistake"  # the kind of message that tells of a registration which was undone


def taking_part() -> QuerySet[Any]:
    """Enrolments that take part in a published cohort, of every region: for the post office, not for pages.

    `enrolled` is when that last began, `enrolled_event` the step in its history, if it has one.
    """
    steps = EnrolmentEvent.objects.filter(enrolment=OuterRef("pk"), status=EnrolmentStatus.ENROLLED).order_by(
        "-at", "-id"
    )
    return (
        Enrolment.objects.taking_part()
        .filter(cohort__status=CohortStatus.PUBLISHED)
        .select_related("participant__user", "cohort__programme__region")
        .annotate(
            enrolled=Coalesce(Subquery(steps.values("at")[:1]), F("applied")),
            enrolled_event=Subquery(steps.values("pk")[:1]),
        )
    )


def still_comes(message: Message, now: datetime) -> bool:
    """Whether `message` is about a session that is as it was and hasn't begun, and its receiver still takes part."""
    sessions = CohortSession.objects.held_or_planned().filter(
        pk=message.refs["session"], revision=message.refs["revision"], starts__gt=now
    )
    return taking_part().filter(pk=message.refs["enrolment"], cohort__sessions__in=sessions).exists()


def times_left(sessions: Iterable[CohortSession], participant: Participant) -> Counter[UUID]:
    """How often each of `sessions` ceased to be the participant's, in two queries.

    Also by registrations that were undone since they were wrong: her calendar remembers them.
    """
    cohorts = {session.pk: session.cohort_id for session in sessions}
    steps = EnrolmentEvent.objects.filter(
        enrolment__participant=participant, enrolment__cohort__in=set(cohorts.values()), status__in=LEFT
    )
    left = Counter(steps.order_by().values_list("enrolment__cohort", flat=True))
    undone = times_undone(participant.email, set(cohorts.values()))
    return Counter({pk: left[cohort] + undone[cohort] for pk, cohort in cohorts.items()})


def times_taken_off(sessions: Iterable[CohortSession], lecturer: UUID) -> Counter[UUID]:
    """How often each of `sessions` ceased to be the lecturer's."""
    keys = [session.pk for session in sessions]
    taken_off = LecturerChange.objects.filter(revision__session__in=keys, lecturer=lecturer, joins=False)
    return Counter(taken_off.values_list("revision__session", flat=True))


def times_undone(address: str, cohorts: Iterable[UUID]) -> Counter[UUID]:
    """How often who has `address` had left each cohort when a wrong registration was last deleted with its history."""
    undone = Counter[UUID]()
    for message in Message.objects.about_any(cohort=cohorts).filter(kind=BY_MISTAKE, recipient__iexact=address):
        cohort = UUID(message.refs["cohort"])
        undone[cohort] = max(undone[cohort], int(message.refs["left"]))
    return undone


def keys_since(kind: str, moment: datetime) -> set[str]:
    """Keys of the messages of `kind` that were due at `moment` or later: they need not be derived again."""
    return set(Message.objects.filter(kind=kind, due__gte=moment).values_list("key", flat=True))
