"""A hundred people for a few seats, again and again; answers, ticks and withdrawals at the same moment."""

import os
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from cohorts.models import Cohort
from messaging.models import Message
from participants.actions import (
    accept_offer,
    decline_offer,
    enrol,
    give_seat,
    serve_waiting_lists,
    withdraw,
)
from participants.choices import EnrolmentStatus, OfferAnswer
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, EnrolmentEvent, Offer
from participants.seating import positions, seats_of
from regions.models import Municipality
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    EmploymentFactory,
    EnrolmentFactory,
    OfferFactory,
    ParticipantFactory,
    SeatAllocationFactory,
    local,
)
from tests.participants.people import person
from tests.races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
CROWD = 100
AT_A_TIME = 20  # connections; the others press as soon as one is free
ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))  # RACE_ROUNDS=50 for as many in a row: some minutes


@pytest.fixture
def applicants(region: Any, lund: Municipality) -> list[Any]:
    """A hundred people whom Lund employs: registered already, so that a round costs no more than what it is about."""
    applicants = []
    for number in range(CROWD):
        known = ParticipantFactory(region=region, email=f"person{number}@example.org", with_login=True)
        EmploymentFactory(participant=known, municipality=lund)
        applicants.append(person(lund, first_name=known.first_name, last_name=known.last_name, email=known.email))
    return applicants


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seats", [1, 10])
def test_of_a_hundred_people_as_many_as_there_are_seats_get_one_and_the_rest_wait_in_order(
    region: Any, manager: User, applicants: list[Any], seats: int
) -> None:
    cohort = CohortFactory(programme__region=region, capacity=seats)

    def one_after_the_other(numbers: range) -> Callable[[], None]:
        def apply() -> None:
            for number in numbers:
                enrol(cohort=cohort, person=applicants[number], by=manager, now=NOW + timedelta(seconds=number))

        return apply

    for _round in range(ROUNDS):
        at_once(one_after_the_other(range(first, CROWD, AT_A_TIME)) for first in range(AT_A_TIME))

        assert Counter(Enrolment.objects.values_list("status", flat=True)) == {
            EnrolmentStatus.ENROLLED: seats,
            EnrolmentStatus.WAITING: CROWD - seats,
        }
        waiting = list(Enrolment.objects.waiting())
        assert [enrolment.applied for enrolment in waiting] == sorted(enrolment.applied for enrolment in waiting)
        places = positions(seats_of(cohort, today=TODAY))
        assert [places[enrolment.pk] for enrolment in waiting] == list(range(1, CROWD - seats + 1))
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE participants_enrolment, audit_auditevent, messaging_message CASCADE")


@pytest.fixture
def offered(region: Any, lund: Municipality, manager: User) -> Enrolment:
    """Someone who is offered the only seat of a cohort in which another waits."""
    cohort = CohortFactory(programme__region=region, capacity=1)
    offer = OfferFactory(enrolment__cohort=cohort, enrolment__municipality=lund, enrolment__manager=manager)
    EnrolmentFactory(cohort=cohort, municipality=lund, manager=manager, waiting=True)
    return offer.enrolment


def is_in_order(cohort: Cohort) -> None:
    """No more seats than there are, one open offer to each who is offered one, and the history says how all stand."""
    assert Enrolment.objects.seated().filter(cohort=cohort).count() <= cohort.capacity
    offered = set(Enrolment.objects.filter(status=EnrolmentStatus.OFFERED).values_list("pk", flat=True))
    assert sorted(Offer.objects.open().values_list("enrolment", flat=True)) == sorted(offered)
    for enrolment in Enrolment.objects.all():
        last = EnrolmentEvent.objects.filter(enrolment=enrolment).order_by("at", "created").last()
        assert last is None or last.status == enrolment.status


@pytest.mark.parametrize("_round", range(10))
def test_an_offer_that_is_accepted_declined_withdrawn_and_run_out_at_the_same_moment_has_one_end(
    offered: Enrolment, manager: User, coordinator: User, _round: int
) -> None:
    last = Offer.objects.get().expires - timedelta(seconds=1)
    late = Offer.objects.get().expires

    results = at_once(
        [
            partial(accept_offer, enrolment=offered, by=manager, now=last),
            partial(accept_offer, enrolment=offered, by=coordinator, now=late),
            partial(decline_offer, enrolment=offered, by=manager, now=last),
            partial(withdraw, enrolment=offered, by=coordinator, now=last),
            partial(serve_waiting_lists, now=late),
            partial(serve_waiting_lists, now=late),
        ]
    )

    is_in_order(offered.cohort)
    offer = Offer.objects.get(enrolment=offered)
    ends = offered.events.exclude(kind="withdrawn")
    if offer.answer == OfferAnswer.ACCEPTED:  # and perhaps withdrawn after that
        assert [event.kind for event in ends] == ["accepted"]
    else:
        assert ends.count() + offered.events.filter(kind="withdrawn").count() == 1
    assert any(isinstance(result, EnrolmentRefused) for result in results)
    offered.refresh_from_db()
    [waiting] = Enrolment.objects.exclude(pk=offered.pk)
    still_has_it = offered.status == EnrolmentStatus.ENROLLED
    assert waiting.status == (EnrolmentStatus.WAITING if still_has_it else EnrolmentStatus.OFFERED)


def test_ten_ticks_at_once_make_each_offer_once(region: Any, manager: User, lund: Municipality) -> None:
    cohorts = CohortFactory.create_batch(3, programme__region=region, capacity=2)
    for cohort in cohorts:
        EnrolmentFactory.create_batch(3, cohort=cohort, municipality=lund, manager=manager, waiting=True)

    at_once([partial(serve_waiting_lists, now=NOW)] * 10)

    assert Offer.objects.count() == EnrolmentEvent.objects.count() == Message.objects.count() == 6
    for cohort in cohorts:
        is_in_order(cohort)


def test_two_coordinators_who_give_the_last_seat_give_it_once(region: Any, coordinator: User, manager: User) -> None:
    cohort = CohortFactory(programme__region=region, capacity=1)
    first, second = EnrolmentFactory.create_batch(2, cohort=cohort, waiting=True)

    results = at_once(partial(give_seat, enrolment=one, by=coordinator, now=NOW) for one in (first, second))

    assert sum(isinstance(result, EnrolmentRefused) for result in results) == 1
    assert Enrolment.objects.seated().count() == 1


def test_when_the_release_date_comes_while_people_enrol_nobody_overtakes_and_no_seat_is_given_twice(
    region: Any, lund: Municipality, malmo: Municipality, manager: User
) -> None:
    cohort = CohortFactory(programme__region=region, capacity=5, release_date=date(2026, 3, 20))
    SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=5)
    patient = EnrolmentFactory.create_batch(3, cohort=cohort, municipality=lund, waiting=True)
    night = local(date(2026, 3, 20), 0)

    def enrolling(number: int) -> Callable[[], Enrolment]:
        applicant = person(lund, email=f"person{number}@example.org")
        return partial(enrol, cohort=cohort, person=applicant, by=manager, now=night + timedelta(seconds=number - 10))

    at_once([*(enrolling(number) for number in range(20)), partial(serve_waiting_lists, now=night)])
    serve_waiting_lists(now=night + timedelta(minutes=1))

    is_in_order(cohort)
    assert Enrolment.objects.seated().count() == 5
    for enrolment in patient:
        enrolment.refresh_from_db()
        assert enrolment.status == EnrolmentStatus.OFFERED
