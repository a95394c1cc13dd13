"""What has become of a session: its revisions as steps that a page can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Count, Q

from messaging.choices import State
from messaging.models import Message
from sessions.choices import News
from sessions.messages.concerned import NAME
from sessions.models import Change, CohortSession, SessionRevision
from sessions.rules.telling import news


@dataclass(frozen=True)
class HistoryStep:
    """One change of a session, from one revision to the next."""

    change: Change
    before: SessionRevision
    after: SessionRevision
    news: News

    @property
    def at(self) -> datetime:
        return self.change.at


@dataclass(frozen=True)
class Reach:
    """How many a change has been told to, and to how many it is still to be told."""

    told: int
    waiting: int


def reach_of(change: Change) -> Reach:
    """How far the messages about `change` have come. Takes one query."""
    messages = Message.objects.about(change=change.pk).filter(kind=NAME)
    counts = messages.aggregate(
        told=Count("pk", filter=Q(handed_over__isnull=False)),
        waiting=Count("pk", filter=Q(state__in=[State.QUEUED, State.SENDING], handed_over=None)),
    )
    return Reach(**counts)


def history_of(session: CohortSession) -> list[HistoryStep]:
    """The changes of time, place and status, the latest first. Takes one query."""
    revisions = session.revisions.select_related("change__by", "venue").order_by("number")
    steps = [
        HistoryStep(after.change, before, after, what)
        for before, after in pairwise(revisions)
        if after.change and (what := news(before.standing, after.standing))
    ]
    return steps[::-1]
