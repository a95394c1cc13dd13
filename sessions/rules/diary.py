"""When lecturers and venues are taken: what the planner must know of the rest of the region."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from common.clock import local_date
from sessions.rules.clashes import Kind

SENTENCES: dict[Kind, Promise] = {
    Kind.LECTURER: gettext_lazy("%(name)s teaches %(cohort)s on %(day)s."),
    Kind.AWAY: gettext_lazy("%(name)s can't teach on %(day)s."),
    Kind.VENUE: gettext_lazy("%(name)s is booked for %(cohort)s on %(day)s."),
}


@dataclass(frozen=True)
class Engagement:
    """Something that takes a lecturer or a venue, `whom`, within one day; times are aware.

    `cohort` names the one whose session it is; a lecturer who is away has none.
    """

    kind: Kind
    whom: UUID
    name: str
    starts: datetime
    ends: datetime
    cohort: str = ""

    @property
    def day(self) -> date:
        """The local day."""
        return local_date(self.starts)

    def __str__(self) -> str:
        """Say it in the language in use: "Lena Lektor undervisar VT 2027 B tisdag 9 mars 2027"."""
        words = {"name": self.name, "cohort": self.cohort, "day": date_format(self.day, "WEEKDAY_DATE_FORMAT")}
        return str(SENTENCES[self.kind]) % words


class Diary:
    """Engagements, found by whom and day without looking at the others, however many there are."""

    def __init__(self, engagements: Iterable[Engagement] = ()) -> None:
        self._of: dict[tuple[UUID, date], list[Engagement]] = {}
        for engagement in engagements:
            self._of.setdefault((engagement.whom, engagement.day), []).append(engagement)

    def engagements(self, whom: Collection[UUID], *, starts: datetime, ends: datetime) -> list[Engagement]:
        """What takes any of `whom` between two moments of one day, in the order of `whom`.

        One engagement may begin when another ends.
        """
        day = local_date(starts)
        return [
            engagement
            for one in whom
            for engagement in self._of.get((one, day), ())
            if engagement.starts < ends and starts < engagement.ends
        ]
