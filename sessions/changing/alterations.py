"""What a session is to become, beside what it is: what consequences are told of before it is saved, and actions do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sessions.choices import SessionStatus
from sessions.models import CohortSession, Lecturer
from sessions.rules.clashes import Booking
from sessions.rules.telling import Standing, Step


@dataclass(frozen=True)
class Alteration:
    """One session with details, its standing and lecturers before, and what they are to be. Compared before it saves.

    `revision` and `version` are those that the session had before.
    """

    session: CohortSession
    revision: int
    version: int
    before: Standing
    after: Standing
    taught_by: tuple[Lecturer, ...]
    to_be_taught_by: tuple[Lecturer, ...]

    @classmethod
    def of(
        cls, session: CohortSession, after: Standing | None = None, *, lecturers: Iterable[Lecturer] | None = None
    ) -> Alteration:
        """From the session as it is; what isn't given stays. Reads the session's lecturers."""
        taught_by = tuple(session.lecturers.all())
        return cls(
            session=session,
            revision=session.revision,
            version=session.version,
            before=session.standing,
            after=after or session.standing,
            taught_by=taught_by,
            to_be_taught_by=taught_by if lecturers is None else tuple(lecturers),
        )

    @classmethod
    def cancelling(cls, session: CohortSession) -> Alteration:
        """What cancelling makes of `session`."""
        return cls.of(session, replace(session.standing, status=SessionStatus.CANCELLED))

    @property
    def moves(self) -> bool:
        """Whether people have to be told: another time or place, cancelled or held after all."""
        return self.before != self.after

    @property
    def changes_anything(self) -> bool:
        return bool(self.moves or self.joining or self.leaving)

    @property
    def changes_time(self) -> bool:
        return self.before.time != self.after.time

    @property
    def next_revision(self) -> int:
        return self.revision + self.moves

    @property
    def step(self) -> Step:
        """What this is to those who know how the session stood."""
        return Step(self.revision, self.next_revision)

    @property
    def joining(self) -> list[Lecturer]:
        return [lecturer for lecturer in self.to_be_taught_by if lecturer not in self.taught_by]

    @property
    def leaving(self) -> list[Lecturer]:
        return [lecturer for lecturer in self.taught_by if lecturer not in self.to_be_taught_by]

    @property
    def staying(self) -> list[Lecturer]:
        return [lecturer for lecturer in self.taught_by if lecturer in self.to_be_taught_by]

    def is_told(self, *, now: datetime) -> bool:
        """Whether anybody is told: of a session of a published cohort that is yet to end."""
        return self.session.cohort.is_published and self.is_ahead(now=now)

    def is_ahead(self, *, now: datetime) -> bool:
        """Whether anybody can still go to the wrong place: before the change or after it, it is yet to end."""
        return max(self.before.ends, self.after.ends) > now

    def booking(self, *, expected: int = 0) -> Booking:
        """How the calendar would see it; `expected` people take part."""
        return Booking(
            session=self.session.pk,
            cohort=self.session.cohort_id,
            starts=self.after.starts,
            ends=self.after.ends,
            venue=self.after.venue,
            lecturers=frozenset(lecturer.pk for lecturer in self.to_be_taught_by),
            expected=expected,
        )
