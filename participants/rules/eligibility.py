"""Who is eligible for a programme: what is asked about her, and what follows from the answers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.choices import Effect, Fact
from participants.choices import Degree


class Condition(Protocol):
    """A rule of a programme (cohorts.EligibilityRule)."""

    @property
    def fact(self) -> str: ...
    @property
    def effect(self) -> str: ...
    @property
    def months(self) -> int | None: ...
    @property
    def course(self) -> str: ...


@dataclass(frozen=True)
class Facts:
    """What an employer states. Days are local; what wasn't asked is empty."""

    employed_from: date
    degree: str = ""
    graduated: date | None = None
    prior_courses: str = ""


@dataclass(frozen=True)
class Finding:
    """A rule that the answers don't meet, in words, and whether it is a stop or a warning."""

    effect: str
    text: str

    @property
    def stops(self) -> bool:
        return self.effect == Effect.STOP


def findings(conditions: Iterable[Condition], facts: Facts, *, starts: date) -> list[Finding]:
    """Return what speaks against a person in a cohort that `starts` on a local day; empty if she is eligible.

    What is only asked speaks against nobody.
    """
    return [
        Finding(condition.effect, text)
        for condition in conditions
        if condition.effect != Effect.ASK and (text := _objection(condition, facts, starts))
    ]


def _objection(condition: Condition, facts: Facts, starts: date) -> str | None:
    if condition.fact == Fact.DEGREE:
        if facts.degree == Degree.SOCIAL_WORK:
            return None
        return _("The programme is for those with a degree in social work.")
    if condition.fact == Fact.GRADUATED:
        if facts.graduated is None:
            return _("The day of the degree is missing.")
        if facts.graduated > starts:
            return _("The degree is issued only after the first session.")
        return _too_long_ago(
            facts.graduated,
            starts,
            condition.months,
            ngettext(
                "At the first session more than %(count)s month has passed since the degree.",
                "At the first session more than %(count)s months have passed since the degree.",
                condition.months or 0,
            ),
        )
    if condition.fact == Fact.EMPLOYED:
        return _too_long_ago(
            facts.employed_from,
            starts,
            condition.months,
            ngettext(
                "At the first session the employment has lasted for more than %(count)s month.",
                "At the first session the employment has lasted for more than %(count)s months.",
                condition.months or 0,
            ),
        )
    if condition.course.casefold() not in facts.prior_courses.casefold():
        return _("The programme requires an earlier course: %(course)s.") % {"course": condition.course}
    return None


def _too_long_ago(day: date, starts: date, months: int | None, text: str) -> str | None:
    if months is None or day + relativedelta(months=months) >= starts:
        return None
    return text % {"count": months}
