"""What would become of applications that a coordinator approves. Reads and decides; writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from cohorts.models import Cohort
from common.clock import local_date
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from participants.rules.approval import placed, refusal_to_approve
from participants.rules.seats import Seats, Waiting
from participants.seating import seats_of_each


@dataclass(frozen=True)
class Outlook:
    """What would become of the applications for one cohort: who gets a seat, who waits, and who can't be approved."""

    cohort: Cohort
    seats: Seats
    seated: Sequence[Enrolment]
    waiting: Sequence[Enrolment]
    refused: Sequence[tuple[Enrolment, str]]


def outlook_of(cohort: Cohort, seats: Seats, enrolments: Sequence[Enrolment], *, has_ended: bool) -> Outlook:
    """What would become of `enrolments`, all for `cohort` and in the order of their application.

    Binding only while the cohort is locked.
    """
    refusals = {one.pk: refusal_to_approve(one.status, has_ended=has_ended) for one in enrolments}
    open_ = [one for one in enrolments if refusals[one.pk] is None]
    applicants = [Waiting(one.municipality_id, one.pk) for one in open_]
    statuses = placed(seats, applicants, order=cohort.region.waiting_list_order)
    return Outlook(
        cohort,
        seats,
        seated=[one for one in open_ if statuses[one.pk] == EnrolmentStatus.ENROLLED],
        waiting=[one for one in open_ if statuses[one.pk] == EnrolmentStatus.WAITING],
        refused=[(one, refusal) for one in enrolments if (refusal := refusals[one.pk])],
    )


def outlooks(enrolments: Iterable[Enrolment], *, now: datetime) -> list[Outlook]:
    """The same for applications to several cohorts, in a number of queries that doesn't grow with them."""
    by_cohort: dict[UUID, list[Enrolment]] = defaultdict(list)
    for enrolment in sorted(enrolments, key=lambda one: (one.applied, one.pk)):
        by_cohort[enrolment.cohort_id].append(enrolment)
    cohorts = Cohort.objects.filter(pk__in=list(by_cohort))
    ended = cohorts.annotate(last=Max("sessions__ends")).filter(last__lte=now)
    have_ended = set(ended.values_list("pk", flat=True))
    in_order = list(cohorts.select_related("programme__region").order_by("name", "pk"))
    seats = seats_of_each(in_order, today=local_date(now))
    return [
        outlook_of(cohort, seats[cohort.pk], by_cohort[cohort.pk], has_ended=cohort.pk in have_ended)
        for cohort in in_order
    ]
