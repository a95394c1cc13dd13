"""The planned messages that are due: about which sessions, by which steps of their plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cohorts.choices import CohortStatus
from messaging.texts.text import Example
from sessions.choices import StepKind, Unit
from sessions.messages.recipients import taking_part
from sessions.messages.welcome import SOME
from sessions.models import CohortSession
from sessions.plans.reading import plans_of
from sessions.rules.plans import EVALUATION_KEPT, FARTHEST, Timing, due, expires

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """A message about one session, to be sent from `due` until `expires`."""

    session: CohortSession
    timing: Timing
    due: datetime
    expires: datetime


def before_sessions(kind: StepKind, *, now: datetime) -> list[Planned]:
    """What should be out at `now` about sessions that haven't begun, in three queries however many there are."""
    farthest = now + timedelta(days=FARTHEST[kind, Unit.DAYS] + 1)
    return list(_due(kind, CohortSession.objects.filter(starts__gt=now, starts__lt=farthest), now=now))


def after_sessions(kind: StepKind, *, now: datetime) -> list[Planned]:
    """What should be out at `now` about sessions that have ended, in three queries however many there are."""
    earliest = now - timedelta(days=FARTHEST[kind, Unit.DAYS] + 1) - EVALUATION_KEPT
    return list(_due(kind, CohortSession.objects.filter(ends__lte=now, ends__gt=earliest), now=now))


def participants_of(items: Iterable[Planned]) -> Mapping[UUID, list[Any]]:
    """Who takes part, by cohort: see recipients.taking_part. Takes one query."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for enrolment in taking_part().filter(cohort__in={item.session.cohort_id for item in items}):
        found[enrolment.cohort_id].append(enrolment)
    return found


def examples_of(ahead: Any) -> Iterator[Example]:
    """Some who could get a message about the first of the sessions `ahead` of their cohort. Takes two queries."""
    next_of = {session.cohort_id: session for session in ahead.select_related("module").order_by("-starts")}
    for enrolment in taking_part().filter(cohort__in=next_of).order_by("cohort", "participant__last_name")[:SOME]:
        session = next_of[enrolment.cohort_id]
        yield Example(
            f"{enrolment.participant} · {session.module.title}",
            enrolment.participant.email,
            {"session": session.pk, "revision": session.revision, "enrolment": enrolment.pk},
        )


def _due(kind: StepKind, sessions: Any, *, now: datetime) -> Iterator[Planned]:
    found = list(
        sessions.held_or_planned()
        .filter(cohort__status=CohortStatus.PUBLISHED)
        .select_related("cohort__programme__region", "module")
    )
    plans = plans_of({session.cohort_id: session.cohort for session in found}.values())
    for session in found:
        for step in plans[session.cohort_id].steps:
            if step.timing.kind != kind:
                continue
            moment = due(step.timing, starts=session.starts, ends=session.ends)
            until = expires(step.timing, moment, starts=session.starts)
            if moment <= now < until and not (step.since and moment < step.since):
                yield Planned(session, step.timing, moment, until)
