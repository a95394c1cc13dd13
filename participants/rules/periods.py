"""What of a person's way an employer sees: her own time with the person. Pure.

Days with another employer are hidden. Those before her own count in what has been earned, since she has to plan with
it; of those after it she knows nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from participants.rules.enrolment import Period


@dataclass(frozen=True)
class Sight:
    """The days of a person that someone sees: all, but for those `hidden`, until the last one, if there is one."""

    hidden: tuple[Period, ...] = ()
    until: date | None = None

    def knows_of(self, day: date) -> bool:
        """Whether what was earned on `day` counts for her who looks."""
        return self.until is None or day <= self.until

    def sees(self, day: date) -> bool:
        """Whether she may see what happened on `day`, and that it was then."""
        hidden = any(period.starts <= day and (period.ends is None or day <= period.ends) for period in self.hidden)
        return self.knows_of(day) and not hidden


WHOLE = Sight()


def sight_of(periods: Sequence[Period], *, hers: Collection[UUID]) -> Sight:
    """What a manager of the municipalities `hers` sees of a person who had these employments."""
    in_order = sorted(periods, key=lambda period: period.starts)
    others = tuple(period for period in in_order if period.municipality not in hers)
    last = max((period.starts for period in in_order if period.municipality in hers), default=None)
    after = [period.starts for period in others if last is None or period.starts > last]
    return Sight(hidden=others, until=min(after) - timedelta(days=1) if after else None)
