"""Who is eligible for a programme: what is asked about each person, and what follows."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts import rules
from cohorts.actions.editing import locked
from cohorts.choices import Fact
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused
from cohorts.models import EligibilityRule, Programme
from common.fingerprints import fingerprint


@dataclass(frozen=True)
class Eligibility:
    """What follows from one fact. An empty `effect`: it isn't asked for."""

    effect: str = ""
    months: int | None = None
    course: str = ""

    @classmethod
    def of(cls, programme: Programme, fact: Fact) -> Self:
        """As it is stored."""
        stored = programme.eligibility_rules.filter(fact=fact).first()
        return cls(stored.effect, stored.months, stored.course) if stored else cls()

    @property
    def fingerprint(self) -> str:
        """Tells whether it is what somebody saw."""
        return fingerprint(self)


@transaction.atomic
def change_eligibility(
    *, programme: Programme, fact: Fact, eligibility: Eligibility, seen: str, by: User, now: datetime
) -> None:
    """Let `fact` be asked about those who are enrolled from now on, with what follows, or no longer.

    For all versions of the programme; who is enrolled stays so. `seen` is the fingerprint of what `by` was looking at.
    Saving what is already so changes nothing. Raises ProgrammeRefused if `by` doesn't coordinate the region or if the
    rule couldn't be judged, ChangedMeanwhile if someone else was first.
    """
    programme = locked(programme, by=by)
    before = Eligibility.of(programme, fact)
    if before.fingerprint != seen:
        raise ChangedMeanwhile(_("Someone else has changed the rule since you opened the page."))
    refusal = rules.refusal_of_eligibility(
        fact, eligibility.effect, months=eligibility.months, course=eligibility.course
    )
    if refusal:
        raise ProgrammeRefused(refusal)
    if before == eligibility:
        return
    if eligibility.effect:
        EligibilityRule.objects.update_or_create(programme=programme, fact=fact, defaults=asdict(eligibility))
    else:
        programme.eligibility_rules.filter(fact=fact).delete()
    record(
        "programme.eligibility_changed",
        programme,
        by=by,
        now=now,
        scope=programme.region_id,
        before={"fact": fact, **asdict(before)},
        after={"fact": fact, **asdict(eligibility)},
    )
