"""What there is to tell of a session: from what somebody was told of it to what holds now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sessions.choices import News, SessionStatus

NOT_HERS = 0  # stands for a revision: the session isn't a person's to come to


class Held(Protocol):
    """What has a standing: a session, or one of its revisions."""

    @property
    def starts(self) -> datetime: ...

    @property
    def ends(self) -> datetime: ...

    @property
    def venue_id(self) -> UUID | None: ...

    @property
    def online_url(self) -> str: ...

    @property
    def status(self) -> str: ...


@dataclass(frozen=True)
class Standing:
    """When, where and whether a session is held: what people are told of, and what raises its revision."""

    starts: datetime
    ends: datetime
    venue: UUID | None
    online_url: str
    status: str

    @classmethod
    def of(cls, held: Held) -> Standing:
        return cls(held.starts, held.ends, held.venue_id, held.online_url, held.status)

    @property
    def is_cancelled(self) -> bool:
        return self.status == SessionStatus.CANCELLED

    @property
    def time(self) -> tuple[datetime, datetime]:
        return self.starts, self.ends


@dataclass(frozen=True)
class Step:
    """From the revision that a person was last told of to the one that holds; NOT_HERS where it isn't hers."""

    told: int
    now: int

    def __str__(self) -> str:
        return f"{self.told}-{self.now}"

    @classmethod
    def read(cls, text: str) -> Step:
        """The step that was written as `text`."""
        told, _dash, now = text.partition("-")
        return cls(int(told), int(now))


def news(before: Standing | None, after: Standing | None) -> News | None:
    """What there is to tell, or None if nothing. None stands for a session that isn't the person's."""
    if before == after:
        return None
    if before is None:
        return News.TEACHES
    if after is None:
        return News.TEACHES_NO_MORE
    if after.is_cancelled != before.is_cancelled:
        return News.CANCELLED if after.is_cancelled else News.HELD_AFTER_ALL
    return News.MOVED if after.time != before.time else News.ELSEWHERE


def joined(unsent: Mapping[UUID, Step], steps: Mapping[UUID, Step]) -> dict[UUID, Step]:
    """`steps`, by session, with those that are `unsent`: whoever wasn't told yet is told from where she stands.

    What is unsent of other sessions is carried along, so that one message says it all.
    """
    told = {session: Step(unsent[session].told, step.now) for session, step in steps.items() if session in unsent}
    return {**unsent, **steps, **told}
