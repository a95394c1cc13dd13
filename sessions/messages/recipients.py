"""Who takes part, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cohorts.choices import CohortStatus
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent


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


def keys_since(kind: str, moment: datetime) -> set[str]:
    """Keys of the messages of `kind` that were due at `moment` or later: they need not be derived again."""
    return set(Message.objects.filter(kind=kind, due__gte=moment).values_list("key", flat=True))
