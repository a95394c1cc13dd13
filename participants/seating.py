"""The seats of cohorts as they stand. Numbers only, so anyone who sees a cohort may see them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import prefetch_related_objects

from cohorts.models import Cohort
from participants.choices import SEATED, EnrolmentStatus
from participants.models import Enrolment
from participants.rules.seats import Seats


def seats_of(cohort: Cohort, *, today: date) -> Seats:
    """The seats of one cohort on `today`, a local date. Binding only while the cohort is locked."""
    return seats_of_each([cohort], today=today)[cohort.pk]


def seats_of_each(cohorts: Iterable[Cohort], *, today: date) -> dict[UUID, Seats]:
    """The seats of each cohort, by its id, in two queries however many there are."""
    cohorts = list(cohorts)
    prefetch_related_objects(cohorts, "seat_allocations")
    taken: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    waiting: dict[UUID, list[UUID]] = defaultdict(list)
    enrolments = Enrolment.objects.filter(cohort__in=cohorts, status__in=[*SEATED, EnrolmentStatus.WAITING])
    in_turn = enrolments.order_by("applied", "id").values_list("cohort", "municipality", "status")
    for cohort, municipality, status in in_turn:
        if status == EnrolmentStatus.WAITING:
            waiting[cohort].append(municipality)
        else:
            taken[cohort][municipality] += 1
    return {
        cohort.pk: Seats(
            capacity=cohort.capacity,
            allocated={allocation.municipality_id: allocation.seats for allocation in cohort.seat_allocations.all()},
            taken=taken[cohort.pk],
            waiting=tuple(waiting[cohort.pk]),
            released=cohort.release_date is not None and cohort.release_date <= today,
        )
        for cohort in cohorts
    }


def waiting_position(enrolment: Enrolment) -> int:
    """Her place on the waiting list, counted from one."""
    return Enrolment.objects.ahead_of(enrolment).count() + 1
