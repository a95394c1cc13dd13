"""Fifty people for one seat: what only PostgreSQL's row locks can show."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from cohorts.models import Cohort
from common.locking import lock
from messaging.models import Message
from participants.actions import (
    approve,
    carry_out_import,
    claim_import,
    confirm_import,
    enrol,
    give_seat,
    reject,
    start_import,
    withdraw,
)
from participants.actions.approval import Decided
from participants.choices import Criterion, EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.importing.plan import plan_of
from participants.models import Enrolment, Participant
from participants.rules.approval import Grounds
from participants.seating import waiting_position
from regions.models import Municipality
from tests.factories import NOW, TODAY, CohortFactory, EnrolmentFactory, SeatAllocationFactory
from tests.participants import files
from tests.participants.people import person
from tests.races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
CROWD = 50


def enrolling(cohort: Cohort, municipality: Municipality, by: User, number: int) -> Callable[[], Enrolment]:
    applicant = person(municipality, email=f"person{number}@example.com")
    return lambda: enrol(cohort=cohort, person=applicant, by=by, now=NOW + timedelta(seconds=number))


def test_of_fifty_people_for_one_seat_one_gets_it_and_the_others_wait_in_order(
    region: Any, lund: Municipality, manager: User
) -> None:
    cohort = CohortFactory(programme__region=region, capacity=1)

    at_once(enrolling(cohort, lund, manager, number) for number in range(CROWD))

    assert Enrolment.objects.seated().count() == 1
    waiting = list(Enrolment.objects.waiting())
    assert len(waiting) == CROWD - 1
    assert [enrolment.applied for enrolment in waiting] == sorted(enrolment.applied for enrolment in waiting)
    assert [waiting_position(enrolment, today=TODAY) for enrolment in waiting] == list(range(1, CROWD))
    assert Counter(Message.objects.values_list("kind", flat=True)) == {
        "enrolment.confirmed": 1,
        "enrolment.waiting": CROWD - 1,
    }


def test_fifty_people_of_two_municipalities_never_take_more_than_theirs(
    region: Any, lund: Municipality, malmo: Municipality, manager: User, neighbour: User
) -> None:
    cohort = CohortFactory(programme__region=region, capacity=10)
    SeatAllocationFactory(cohort=cohort, municipality=lund, seats=2)
    SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=8)

    at_once(
        enrolling(cohort, *((lund, manager) if number % 2 else (malmo, neighbour)), number) for number in range(CROWD)
    )

    taken = Counter(Enrolment.objects.seated().values_list("municipality__name", flat=True))
    assert taken == {"Lund": 2, "Malmö": 8}
    assert Enrolment.objects.filter(status=EnrolmentStatus.WAITING).count() == CROWD - 10


def test_the_same_person_sent_twenty_times_is_enrolled_once(cohort: Cohort, lund: Municipality, manager: User) -> None:
    results = at_once(enrolling(cohort, lund, manager, 1) for _time in range(20))

    assert Enrolment.objects.count() == Participant.objects.count() == 1
    assert sum(isinstance(result, EnrolmentRefused) for result in results) == 19


def test_the_same_person_in_several_cohorts_at_once_gets_one_place_in_the_programme(
    cohort: Cohort, lund: Municipality, manager: User
) -> None:
    cohorts = [cohort, *CohortFactory.create_batch(7, programme=cohort.programme)]

    results = at_once(enrolling(one, lund, manager, 1) for one in cohorts)

    assert Enrolment.objects.count() == Participant.objects.count() == 1
    assert sum(isinstance(result, EnrolmentRefused) for result in results) == 7


def test_one_seat_is_given_to_one_of_those_who_wait(region: Any, coordinator: User) -> None:
    cohort = CohortFactory(programme__region=region, capacity=1)
    waiting = EnrolmentFactory.create_batch(10, cohort=cohort, waiting=True)

    def giving(enrolment: Enrolment) -> Callable[[], Enrolment]:
        return lambda: give_seat(enrolment=enrolment, by=coordinator, now=NOW)

    results = at_once(giving(enrolment) for enrolment in waiting)

    assert Enrolment.objects.seated().count() == 1
    assert sum(isinstance(result, EnrolmentRefused) for result in results) == 9


def test_an_import_that_is_confirmed_twice_at_once_and_carried_out_by_two_workers_enrols_once(
    region: Any, lund: Municipality, manager: User
) -> None:
    cohort = CohortFactory(programme__region=region, capacity=5)
    content = files.csv(*files.rows(8))
    started = start_import(cohort=cohort, municipality=lund, filename="nya.csv", content=content, by=manager, now=NOW)
    seen = plan_of(started, by=manager, now=NOW).fingerprint

    at_once([lambda: confirm_import(upload=started, seen=seen, by=manager, now=NOW)] * 2)
    results = at_once([lambda: carry_out_import(upload=started, now=NOW)] * 2)

    assert [result.result for result in results] == [results[0].result] * 2
    assert Enrolment.objects.count() == 8
    assert Enrolment.objects.seated().count() == 5
    assert Message.objects.count() == 1


def test_two_lists_of_the_same_people_in_another_order_do_not_wait_for_each_other(
    cohort: Cohort, lund: Municipality, manager: User
) -> None:
    people = files.rows(40)
    jobs = []
    for one, lines in ((cohort, people), (CohortFactory(programme=cohort.programme), people[::-1])):
        started = start_import(
            cohort=one, municipality=lund, filename="nya.csv", content=files.csv(*lines), by=manager, now=NOW
        )
        seen = plan_of(started, by=manager, now=NOW).fingerprint
        confirm_import(upload=started, seen=seen, by=manager, now=NOW)
        jobs.append(partial(carry_out_import, upload=started, now=NOW))

    results = at_once(jobs)

    assert sorted(result.is_open for result in results) == [False, True]
    assert Enrolment.objects.count() == Participant.objects.count() == 40


GROUNDS = Grounds((Criterion.APPLIED,))


def test_two_coordinators_who_approve_the_same_applications_approve_each_of_them_once(
    region: Any, coordinator: User
) -> None:
    cohorts = [CohortFactory(programme__region=region, capacity=3) for _each in range(2)]
    applied = [EnrolmentFactory(cohort=one, status=EnrolmentStatus.APPLIED) for one in cohorts for _each in range(5)]

    def approving(chosen: Sequence[Enrolment]) -> Callable[[], Decided]:
        return lambda: approve(enrolments=chosen, grounds=GROUNDS, by=coordinator, now=NOW)

    results = at_once([approving(applied), approving(applied[::-1])])

    assert sorted(len(decided.enrolments) for decided in results) == [0, 10]
    assert sorted(len(decided.refused) for decided in results) == [0, 10]
    for one in cohorts:
        assert Enrolment.objects.seated().filter(cohort=one).count() == 3


def test_an_application_that_is_approved_rejected_and_withdrawn_at_once_ends_as_one_of_them(
    region: Any, coordinator: User
) -> None:
    cohort = CohortFactory(programme__region=region, capacity=4)
    applied = EnrolmentFactory.create_batch(8, cohort=cohort, status=EnrolmentStatus.APPLIED)

    jobs: list[Callable[[], Any]] = [
        lambda: approve(enrolments=applied, grounds=GROUNDS, by=coordinator, now=NOW),
        lambda: reject(enrolments=applied[:4], reason="Fullt", grounds=GROUNDS, by=coordinator, now=NOW),
        *(partial(withdraw, enrolment=one, by=coordinator, now=NOW) for one in applied[4:]),
    ]
    at_once(jobs)

    stored = Counter(Enrolment.objects.filter(pk__in=[one.pk for one in applied[:4]]).values_list("status", flat=True))
    assert stored[EnrolmentStatus.APPLIED] == 0
    assert stored[EnrolmentStatus.REJECTED] in {0, 4}
    assert Enrolment.objects.filter(status=EnrolmentStatus.WITHDRAWN).count() == 4
    assert Enrolment.objects.seated().count() <= 4


def test_a_list_that_waits_for_its_cohort_is_claimed_by_no_other_worker(
    cohort: Cohort, lund: Municipality, manager: User
) -> None:
    content = files.csv(*files.rows(2))
    started = start_import(cohort=cohort, municipality=lund, filename="nya.csv", content=content, by=manager, now=NOW)
    seen = plan_of(started, by=manager, now=NOW).fingerprint
    confirm_import(upload=started, seen=seen, by=manager, now=NOW)
    busy, claimed = Event(), Event()

    def keep_the_cohort_busy() -> None:
        with transaction.atomic():
            lock(cohort)
            busy.set()
            assert claimed.wait(timeout=20)

    def carry_out() -> None:
        assert busy.wait(timeout=20)
        carry_out_import(upload=started, now=NOW)

    def claim_when_it_waits() -> object:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        with connection.cursor() as cursor:
            for _try in range(200):
                cursor.execute(waiting)
                if cursor.fetchone()[0]:
                    break
                sleep(0.05)
        try:
            return claim_import(now=NOW)
        finally:
            claimed.set()

    *_others, found = at_once([keep_the_cohort_busy, carry_out, claim_when_it_waits])

    assert found is None
    assert Enrolment.objects.count() == 2
