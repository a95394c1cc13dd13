"""The seats of cohorts as they stand. Numbers only, so anyone who sees a cohort may see them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects

from cohorts.models import Cohort, Programme
from participants.choices import SEATED, EnrolmentStatus, EventKind
from participants.models import Enrolment, EnrolmentEvent
from participants.rules.seats import Seats, Waiting, in_turn


def seats_of(cohort: Cohort, *, today: date) -> Seats:
    """The seats of one cohort on `today`, a local date. Binding only while the cohort is locked."""
    return seats_of_each([cohort], today=today)[cohort.pk]


def seats_of_each(cohorts: Iterable[Cohort], *, today: date) -> dict[UUID, Seats]:
    """The seats of each cohort, by its id, in a number of queries that doesn't grow with theirs."""
    cohorts = list(cohorts)
    with_region = Prefetch("programme", Programme.objects.select_related("region"))
    prefetch_related_objects(cohorts, "seat_allocations", with_region, "programme__region")
    taken: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    waiting: dict[UUID, list[Waiting]] = defaultdict(list)
    enrolments = Enrolment.objects.filter(cohort__in=cohorts, status__in=[*SEATED, EnrolmentStatus.WAITING])
    # If the coordinator took an offer back since she applied, the portal makes her no other.
    taken_back = EnrolmentEvent.objects.filter(
        enrolment=OuterRef("pk"), kind=EventKind.OFFER_TAKEN_BACK, at__gte=OuterRef("applied")
    )
    by_application = enrolments.annotate(passed_over=Exists(taken_back)).order_by("applied", "id")
    for cohort, municipality, status, enrolment, passed_over in by_application.values_list(
        "cohort", "municipality", "status", "pk", "passed_over"
    ):
        if status == EnrolmentStatus.WAITING:
            waiting[cohort].append(Waiting(municipality, enrolment, passed_over=passed_over))
        else:
            taken[cohort][municipality] += 1
    return {cohort.pk: _seats(cohort, taken[cohort.pk], waiting[cohort.pk], today) for cohort in cohorts}


def _seats(cohort: Cohort, taken: Counter[UUID], waiting: list[Waiting], today: date) -> Seats:
    allocated = {allocation.municipality_id: allocation.seats for allocation in cohort.seat_allocations.all()}
    order = cohort.region.waiting_list_order
    return Seats(
        capacity=cohort.capacity,
        allocated=allocated,
        taken=taken,
        waiting=in_turn(waiting, order=order, allocated=allocated, taken=taken),
        released=cohort.release_date is not None and cohort.release_date <= today,
    )


def is_wanted(enrolment: Enrolment, *, today: date) -> bool:
    """Whether somebody waits to whom the seat of `enrolment` would be offered if it were free on `today`."""
    return bool(seats_of(enrolment.cohort, today=today).with_one_less(enrolment.municipality_id).next_in_turn())


def positions(seats: Seats) -> dict[UUID, int]:
    """The place of each enrolment on the waiting list, counted from one."""
    return {
        waiting.enrolment: place
        for place, waiting in enumerate(seats.waiting, start=1)
        if waiting.enrolment is not None
    }


def waiting_position(enrolment: Enrolment, *, today: date) -> int:
    """Her place on the waiting list on `today`, a local date, counted from one."""
    return positions(seats_of(enrolment.cohort, today=today))[enrolment.pk]
