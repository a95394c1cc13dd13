"""The later cohorts to which someone can be deferred, with the seats that are left there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Subquery

from accounts.models import User
from cohorts.models import Cohort
from common.clock import local_date
from participants.changing import coordinates
from participants.models import Enrolment
from participants.seating import seats_of_each


@dataclass(frozen=True)
class Later:
    """A cohort that starts later, and how many seats the person's municipality can have there after those who wait."""

    cohort: Cohort
    starts: datetime | None
    available: int


def later_cohorts(enrolment: Enrolment, *, user: User, now: datetime) -> Sequence[Later]:
    """The published cohorts of the same programme in which `user` may enrol and which start later, the next first."""
    left = Cohort.objects.filter(pk=enrolment.cohort_id).annotate(first=Min("sessions__starts"))
    cohorts: Iterable[Any] = (
        Cohort.objects.visible_to(user)
        .to_enrol_in(user, now=now)
        .filter(programme=enrolment.programme_id)
        .exclude(pk=enrolment.cohort_id)
        .select_related("programme__region")
        .annotate(first_session=Min("sessions__starts"), left_started=Subquery(left.values("first")[:1]))
        .order_by("first_session", "name", "pk")
    )
    today = local_date(now)
    may_be_late = coordinates(user, enrolment)
    found = [
        cohort
        for cohort in cohorts
        if (may_be_late or cohort.is_open_for_application(today))
        and (not cohort.left_started or not cohort.first_session or cohort.first_session > cohort.left_started)
    ]
    seats = seats_of_each(found, today=today)
    return [
        Later(
            cohort,
            cohort.first_session,
            seats[cohort.pk].after_the_waiting_list().available_to(enrolment.municipality_id),
        )
        for cohort in found
    ]
