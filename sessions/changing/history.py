"""What has become of a session: its revisions, and who came to teach it or left, as steps that a page can tell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from operator import attrgetter

from django.db.models import Count, FilteredRelation, Q

from messaging.choices import State
from messaging.models import Message
from sessions.choices import News
from sessions.messages.concerned import NAME
from sessions.models import Change, CohortSession, Lecturer, SessionRevision
from sessions.rules.telling import news


@dataclass(frozen=True)
class HistoryStep:
    """One change of a session: from one revision to the next, if there is `news`, and of those who teach it."""

    change: Change
    before: SessionRevision | None
    after: SessionRevision | None
    news: News | None
    joining: list[Lecturer]
    leaving: list[Lecturer]

    @property
    def at(self) -> datetime:
        return self.change.at

    @property
    def starts(self) -> list[datetime]:
        """When the session was to begin before and after, if it was given another time or place."""
        return [revision.starts for revision in (self.before, self.after) if revision]


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


def history_of(session: CohortSession, *, with_lecturers: bool) -> list[HistoryStep]:
    """The changes of time, place and status, the latest first; `with_lecturers`, of those too. Takes one query."""
    rows = session.revisions.select_related("change__by", "venue").order_by("number")
    if with_lecturers:
        rows = rows.annotate(taught=FilteredRelation("lecturer_changes"))
        rows = rows.select_related("taught__change__by", "taught__lecturer")  # type: ignore[misc]  # it is annotated
    revisions: dict[int, SessionRevision] = {}
    joining: dict[Change, list[Lecturer]] = defaultdict(list)
    leaving: dict[Change, list[Lecturer]] = defaultdict(list)
    for row in rows:
        revisions.setdefault(row.number, row)
        if teaching := getattr(row, "taught", None):
            (joining if teaching.joins else leaving)[teaching.change].append(teaching.lecturer)
    moves = {after.change: (before, after) for before, after in pairwise(revisions.values()) if after.change}
    steps = []
    for change in sorted({*moves, *joining, *leaving}, key=attrgetter("created"), reverse=True):
        before, after = moves.get(change, (None, None))
        what = news(before.standing, after.standing) if before and after else None
        if what or joining[change] or leaving[change]:
            steps.append(HistoryStep(change, before, after, what, joining[change], leaving[change]))
    return steps
