"""A plan of messages as it reads: in words, by the example of a session, and what follows from changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.querysets import CohortQuerySet
from common.clock import at, local_date
from messaging.choices import Channel
from participants.models import Enrolment
from sessions.choices import Unit
from sessions.models import CohortSession
from sessions.plans.reading import Owner, Plan, Step, cohorts_following
from sessions.rules.plans import EIGHT, Timing, due

EXAMPLE_AHEAD = timedelta(weeks=6)
LENGTH = timedelta(hours=7)
SHOWN = 5


@dataclass(frozen=True)
class Example:
    """A session to explain a plan by: a real one, or one that is made up where none is planned."""

    starts: datetime
    ends: datetime
    session: CohortSession | None = None


@dataclass(frozen=True)
class Line:
    """One step as it reads, and when it is sent for the example."""

    step: Step
    words: str
    due: datetime


@dataclass(frozen=True)
class Sending:
    """When a message is sent about a session."""

    session: CohortSession
    due: datetime


@dataclass(frozen=True)
class Consequences:
    """What comes of a message: for which sessions, when, to how many people.

    `sendings` are those ahead, the first of them first; for `too_late` sessions its time has passed.
    """

    sendings: Sequence[Sending]
    too_late: int
    cohorts: int
    people: int

    @property
    def shown(self) -> Sequence[Sending]:
        return self.sendings[:SHOWN]

    @property
    def more(self) -> int:
        """How many are ahead besides those shown."""
        return max(len(self.sendings) - SHOWN, 0)


@dataclass(frozen=True)
class Difference:
    """What another plan would take away and add, in words."""

    gone: Sequence[str]
    new: Sequence[str]


def lines_of(plan: Plan, example: Example) -> list[Line]:
    """The plan as a schedule."""
    return [
        Line(step, in_words(step.timing), due(step.timing, starts=example.starts, ends=example.ends))
        for step in plan.steps
    ]


def example_for(owner: Owner, *, now: datetime) -> Example:
    """The next session for which the plan of `owner` could hold, or one in six weeks. Takes one query."""
    scope = {"region": "cohort__programme__region", "programme": "cohort__programme", "cohort": "cohort"}
    sessions = CohortSession.objects.held_or_planned().filter(
        **{scope[owner._meta.model_name or ""]: owner}, starts__gt=now
    )
    session = sessions.select_related("cohort", "module").order_by("starts", "pk").first()
    if session:
        return Example(session.starts, session.ends, session)
    start = at(local_date(now) + EXAMPLE_AHEAD, getattr(owner, "default_start", None) or EIGHT)
    return Example(start, start + LENGTH)


def consequences_of(owner: Owner, timing: Timing, *, cohorts: CohortQuerySet, now: datetime) -> Consequences:
    """What comes of `timing` in the plan of `owner`, among the published ones of `cohorts`. Takes four queries."""
    following = cohorts_following(owner, cohorts.published().select_related("programme__region"))
    sessions = CohortSession.objects.upcoming(now=now).filter(cohort__in=following).select_related("cohort", "module")
    sendings = [Sending(session, due(timing, starts=session.starts, ends=session.ends)) for session in sessions]
    ahead = [sending for sending in sendings if sending.due > now]
    return Consequences(
        sendings=sorted(ahead, key=lambda sending: sending.due),
        too_late=len(sendings) - len(ahead),
        cohorts=len({sending.session.cohort_id for sending in sendings}),
        people=Enrolment.objects.taking_part().filter(cohort__in=following).values("participant").distinct().count(),
    )


def differences(before: Plan, after: Plan) -> Difference:
    """What would be sent no more, and what would be new, if `after` held instead of `before`."""
    old, new = set(before.timings), set(after.timings)
    return Difference(
        [in_words(timing) for timing in before.timings if timing not in new],
        [in_words(timing) for timing in after.timings if timing not in old],
    )


def in_words(timing: Timing) -> str:
    """Say "Reminder, 14 days before, at 8.00" in the language in use; SMS is named, e-mail goes without saying."""
    sentence = _("%(message)s by SMS, %(when)s") if timing.channel == Channel.SMS else _("%(message)s, %(when)s")
    return sentence % {"message": timing.kind.label, "when": distance_in_words(timing)}


def distance_in_words(timing: Timing) -> str:
    """Say "14 days before at 8.00" or "2 hours after" in the language in use."""
    count = {"count": timing.amount}
    match timing.unit, timing.kind.comes_after:
        case Unit.DAYS, False:
            words = ngettext("%(count)d day before", "%(count)d days before", timing.amount) % count
        case Unit.DAYS, True:
            words = ngettext("%(count)d day after", "%(count)d days after", timing.amount) % count
        case Unit.HOURS, False:
            return ngettext("%(count)d hour before", "%(count)d hours before", timing.amount) % count
        case _hours:
            return ngettext("%(count)d hour after", "%(count)d hours after", timing.amount) % count
    return _("%(days)s, at %(clock)s") % {"days": words, "clock": time_format(timing.clock or "", "TIME_FORMAT")}
