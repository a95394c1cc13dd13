"""What a manager sees of those who have left for another employer: the time with hers, and nothing after it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from participants.models import Employment, Enrolment
from participants.periods import sights_of
from sessions.attendance.ledger import Standing, Step, standings


@dataclass(frozen=True)
class Chapter:
    """An enrolment as it was when its person left. Of the enrolment itself a page shows only who, and which cohort."""

    enrolment: Enrolment
    employments: Sequence[Employment]
    until: date | None
    standing: Standing

    @property
    def steps(self) -> list[Step]:
        """The modules whose session was held in the time with the employer."""
        return [step for step in self.standing.steps if step.session and self._was(step.session.day)]

    def _was(self, day: date) -> bool:
        return self.until is None or day <= self.until


def chapters_of(enrolments: Iterable[Enrolment], *, user: User, now: datetime) -> list[Chapter]:
    """Each of `enrolments`, which `user` followed before, as she sees it; in seven queries however many there are.

    `enrolments` are those `followed_before_by` her, with their people.
    """
    enrolments = list(enrolments)
    people = {enrolment.participant_id for enrolment in enrolments}
    found = standings(enrolments, reader=user, now=now)
    sights = sights_of(people, reader=user)
    mine = Employment.objects.filter(participant__in=people, municipality__in=user.managed_municipality_ids)
    employments = list(mine.select_related("municipality"))
    return [
        Chapter(
            enrolment,
            [held for held in employments if held.participant_id == enrolment.participant_id],
            sights[enrolment.participant_id].until,
            found[enrolment.pk],
        )
        for enrolment in enrolments
    ]
