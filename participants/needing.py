"""What people need in a cohort: totals for whoever caters for it, and until when they are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from cohorts.models import Cohort
from participants.choices import Access, Diet
from participants.models import Enrolment, Need
from participants.rules.needs import purged_on


@dataclass(frozen=True)
class Totals:
    """How many need what, of `people` who take part; `purged_on` is a local date, None if no session is planned."""

    people: int
    diet: list[tuple[str, int]]
    access: list[tuple[str, int]]
    purged_on: date | None


def totals_of(cohort: Cohort) -> Totals:
    """The totals of `cohort`. Numbers without names, so nothing is held back: a kitchen can't round."""
    taking_part = Enrolment.objects.filter(cohort=cohort).taking_part()
    counts = Need.objects.filter(enrolment__in=taking_part).totals()
    return Totals(
        people=taking_part.count(),
        diet=[(str(kind.label), counts[kind]) for kind in Diet if kind in counts],
        access=[(str(kind.label), counts[kind]) for kind in Access if kind in counts],
        purged_on=kept_until([cohort])[0][1],
    )


def kept_until(cohorts: Collection[Cohort]) -> list[tuple[Cohort, date | None]]:
    """Each cohort with the local day on which what people need in it is purged; None if no session is planned."""
    ends = dict(
        Cohort.objects.filter(pk__in=[cohort.pk for cohort in cohorts])
        .values_list("pk")
        .annotate(last=Max("sessions__ends"))
    )
    return [(cohort, purged_on(last) if (last := ends[cohort.pk]) else None) for cohort in cohorts]
