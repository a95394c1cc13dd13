"""Who takes part, since when, and who left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.choices import Role
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


def takes_part(enrolment_id: UUID | str) -> bool:
    """Whether the enrolment still takes part in a published cohort."""
    return taking_part().filter(pk=enrolment_id).exists()


def times_left(sessions: Iterable[UUID], *, role: str, person: UUID) -> Counter[UUID]:
    """How often each of `sessions` ceased to be a participant's or a lecturer's; nobody else comes to them.

    Also by registrations that were undone since they were wrong: her calendar remembers them.
    """
    keys = set(sessions)
    if role == Role.LECTURER:
        taken_off = LecturerChange.objects.filter(revision__session__in=keys, lecturer=person, joins=False)
        return Counter(taken_off.values_list("revision__session", flat=True))
    if role == Role.PARTICIPANT:
        found = CohortSession.objects.filter(pk__in=keys)
        steps = found.filter(cohort__enrolments__participant=person, cohort__enrolments__events__status__in=LEFT)
        left = Counter(steps.values_list("pk", flat=True))
        address = Participant.objects.values_list("email", flat=True).get(pk=person)
        undone = {cohort: times_undone(address, cohort) for cohort in set(found.values_list("cohort", flat=True))}
        return left + Counter({pk: undone[cohort] for pk, cohort in found.values_list("pk", "cohort")})
    return Counter()


def times_undone(address: str, cohort: UUID) -> int:
    """How often who has `address` had left `cohort` when a wrong registration was last deleted with its history."""
    told = Message.objects.about(cohort=cohort).filter(kind=BY_MISTAKE, recipient__iexact=address)
    return max((int(message.refs["left"]) for message in told), default=0)


def keys_since(kind: str, moment: datetime) -> set[str]:
    """Keys of the messages of `kind` that were due at `moment` or later: they need not be derived again."""
    return set(Message.objects.filter(kind=kind, due__gte=moment).values_list("key", flat=True))
