"""Two changes of the same enrolment at the same moment: one of them comes first, and the other sees what it did."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import User
from cohorts.models import Cohort
from common.locking import lock
from participants.actions import defer, enrol, substitute, transfer, withdraw
from participants.actions.transfer import Workplace
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.models import Employment, Enrolment
from regions.models import Municipality, Region
from tests.factories import NOW, TODAY, CohortFactory, EnrolmentFactory
from tests.participants.people import person
from tests.races import at_once, someone_waits
from tests.waiting import wait_until

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
START = date(2026, 4, 14)


@pytest.fixture
def cohort(region: Region) -> Cohort:
    """One seat, not yet begun."""
    return CohortFactory(programme__region=region, capacity=1, sessions=START)


@pytest.fixture
def enrolment(cohort: Cohort, lund: Municipality, manager: User) -> Enrolment:
    return enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)


def refused(results: list[Any]) -> int:
    return sum(isinstance(result, EnrolmentRefused) for result in results)


def test_of_a_withdrawal_and_a_substitute_one_happens_and_the_seat_has_one_holder(
    enrolment: Enrolment, lund: Municipality, manager: User
) -> None:
    EnrolmentFactory(cohort=enrolment.cohort, municipality=lund, waiting=True)
    bo = person(lund, email="bo@example.org")

    results = at_once(
        [
            partial(withdraw, enrolment=enrolment, by=manager, now=NOW),
            partial(substitute, enrolment=enrolment, person=bo, by=manager, now=NOW),
        ]
    )

    assert refused(results) == 1
    assert Enrolment.objects.seated().count() == 1


def test_of_two_deferrals_one_happens(enrolment: Enrolment, manager: User) -> None:
    cohorts = [CohortFactory(programme=enrolment.programme, sessions=START + timedelta(weeks=26)) for _one in range(2)]

    results = at_once(partial(defer, enrolment=enrolment, to=to, by=manager, now=NOW) for to in cohorts)

    assert refused(results) == 1
    assert Enrolment.objects.active().count() == 1


def test_two_people_who_defer_to_the_last_seat_of_a_cohort_and_back_do_not_wait_for_each_other(
    region: Region, lund: Municipality, manager: User
) -> None:
    programme = CohortFactory(programme__region=region, capacity=20, sessions=START).programme
    spring = programme.cohorts.get()
    autumn = CohortFactory(programme=programme, capacity=1, sessions=START + timedelta(weeks=26))
    people = [
        enrol(cohort=spring, person=person(lund, email=f"p{n}@example.org"), by=manager, now=NOW) for n in range(8)
    ]

    at_once(partial(defer, enrolment=one, to=autumn, by=manager, now=NOW) for one in people)

    assert Enrolment.objects.seated().filter(cohort=autumn).count() == 1
    assert Enrolment.objects.waiting().filter(cohort=autumn).count() == 7


def test_a_withdrawal_and_a_change_of_employer_leave_one_story(
    enrolment: Enrolment, malmo: Municipality, manager: User, coordinator: User
) -> None:
    to = Workplace(malmo, "Unga", "Socialsekreterare", TODAY)

    results = at_once(
        [
            partial(withdraw, enrolment=enrolment, by=manager, now=NOW),
            partial(transfer, participant=enrolment.participant, to=to, by=coordinator, now=NOW),
        ]
    )

    enrolment.refresh_from_db()
    # Once she works elsewhere, her old manager can't withdraw her any more.
    withdrawn = enrolment.status == EnrolmentStatus.WITHDRAWN
    assert refused(results) == (0 if withdrawn else 1)
    assert (enrolment.municipality == malmo) is not withdrawn


def test_who_is_enrolled_while_she_changes_employer_comes_along_or_is_refused(
    enrolment: Enrolment, lund: Municipality, malmo: Municipality, manager: User, coordinator: User
) -> None:
    others = [CohortFactory(programme__region=enrolment.cohort.region, sessions=START) for _one in range(4)]
    to = Workplace(malmo, "Unga", "Socialsekreterare", TODAY)

    def enrolling(cohort: Cohort) -> Callable[[], Any]:
        return partial(enrol, cohort=cohort, person=person(lund), by=manager, now=NOW)

    at_once(
        [
            partial(transfer, participant=enrolment.participant, to=to, by=coordinator, now=NOW),
            *(enrolling(cohort) for cohort in others),
        ]
    )

    lasting = Employment.objects.get(ends=None)
    assert {one.employment for one in Enrolment.objects.active()} == {lasting}


def test_of_two_who_wait_for_each_other_one_is_refused_and_has_saved_nothing(
    enrolment: Enrolment, lund: Municipality, manager: User
) -> None:
    """One has changed her seat and wants to offer it to who waits; the other holds that row, and wants the cohort."""
    waiting = EnrolmentFactory(cohort=enrolment.cohort, municipality=lund, waiting=True)
    held = Event()

    def give_up_after(seconds: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET deadlock_timeout = '{seconds}s'")

    def withdrawing() -> Enrolment:
        give_up_after(2)
        held.wait()
        return withdraw(enrolment=enrolment, by=manager, now=NOW)

    def in_the_other_order() -> None:
        give_up_after(60)
        with transaction.atomic():
            lock(waiting)
            held.set()
            wait_until(someone_waits, what="the withdrawal")
            lock(enrolment.cohort)

    withdrawal, _none = at_once([withdrawing, in_the_other_order])

    assert isinstance(withdrawal, EnrolmentRefused)
    assert isinstance(withdrawal.__cause__, OperationalError)
    enrolment.refresh_from_db()
    assert enrolment.status == EnrolmentStatus.ENROLLED
    assert not enrolment.events.filter(kind="withdrawn").exists()
    assert withdraw(enrolment=enrolment, by=manager, now=NOW).status == EnrolmentStatus.WITHDRAWN
