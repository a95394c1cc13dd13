"""Sharing out the seats of a cohort: proposals, saving them, and what follows for those who wait."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort, SeatAllocation
from messaging.models import Message
from participants.actions.allocate import Allocation, allocate_seats
from participants.choices import EnrolmentStatus
from participants.exceptions import SeatsChanged, SeatsRefused
from participants.models import Enrolment
from participants.rules.allocation import by_last_use, by_population, share
from regions.models import Municipality
from tests import factories
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    RegionFactory,
    SeatAllocationFactory,
)
from tests.races import at_once

LUND, MALMO, YSTAD = UUID(int=1), UUID(int=2), UUID(int=3)


# --- Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seats", "weights", "shares"),
    [
        pytest.param(10, {LUND: 1, MALMO: 1}, [5, 5], id="equals get the same"),
        pytest.param(10, {LUND: 2, MALMO: 1}, [7, 3], id="the largest fraction gets what is left"),
        pytest.param(3, {LUND: 1, MALMO: 1}, [2, 1], id="of equals the first gets it"),
        pytest.param(4, {LUND: 5, MALMO: 3}, [3, 1], id="of equal fractions the greater weight gets it"),
        pytest.param(7, {LUND: 53, MALMO: 24, YSTAD: 23}, [4, 2, 1], id="three of them"),
        pytest.param(5, {LUND: 1, MALMO: 0}, [5, 0], id="who weighs nothing gets nothing"),
        pytest.param(5, {LUND: 0, MALMO: 0}, [0, 0], id="nobody weighs anything"),
        pytest.param(0, {LUND: 1}, [0], id="no seats"),
        pytest.param(-3, {LUND: 1}, [0], id="fewer than none"),
        pytest.param(5, {}, [], id="nobody"),
    ],
)
def test_seats_are_shared_by_the_largest_remainder(seats: int, weights: dict[UUID, int], shares: list[int]) -> None:
    assert list(share(seats, weights).values()) == shares


WEIGHTS = st.dictionaries(st.uuids(), st.integers(0, 1_000_000), min_size=1, max_size=40)


@given(seats=st.integers(0, 500), weights=WEIGHTS)
def test_all_seats_are_shared_out_each_share_rounded_and_none_smaller_than_that_of_a_smaller_one(
    seats: int, weights: dict[UUID, int]
) -> None:
    shares = share(seats, weights)
    total = sum(weights.values())
    assert shares.keys() == weights.keys()
    assert sum(shares.values()) == (seats if total else 0)
    for place, number in shares.items():
        exact = seats * weights[place] / total if total else 0
        assert exact - 1 < number < exact + 1
    in_order = sorted(weights, key=lambda place: weights[place])
    for smaller, larger in pairwise(in_order):
        assert weights[smaller] == weights[larger] or shares[smaller] <= shares[larger]


@given(capacity=st.integers(1, 500), pool=st.integers(0, 500), weights=WEIGHTS)
def test_a_proposal_never_keeps_more_than_there_is_and_leaves_what_is_to_be_common(
    capacity: int, pool: int, weights: dict[UUID, int]
) -> None:
    for proposed in (
        by_population(capacity=capacity, pool=pool, inhabitants=weights),
        by_last_use(capacity=capacity, pool=pool, used=weights),
    ):
        kept = sum(proposed.values())
        assert 0 <= kept <= capacity
        assert capacity - kept >= min(pool, capacity)
        assert all(number >= 0 for number in proposed.values())


@given(used=st.dictionaries(st.uuids(), st.integers(0, 10), max_size=10), spare=st.integers(0, 20))
def test_what_was_used_last_is_proposed_as_it_was_where_it_fits(used: Mapping[UUID, int], spare: int) -> None:
    assert by_last_use(capacity=sum(used.values()) + spare, pool=spare, used=used) == used


# --- The action -------------------------------------------------------------------------------------------------------


def allocate(cohort: Cohort, seats: dict[Municipality, int], by: User, **fields: Any) -> Cohort:
    seen = fields.pop("seen", None) or Allocation.of(cohort).fingerprint
    return allocate_seats(cohort=cohort, allocation=Allocation(seats, **fields), seen=seen, by=by, now=NOW)


def kept(cohort: Cohort) -> dict[str, int]:
    return dict(SeatAllocation.objects.filter(cohort=cohort).values_list("municipality__name", "seats"))


def test_seats_are_kept_as_stated_and_logged(
    cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User
) -> None:
    SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=9)
    allocate(cohort, {lund: 5, malmo: 0}, coordinator, release_date=TODAY + timedelta(days=9))
    cohort.refresh_from_db()
    assert (kept(cohort), cohort.release_date) == ({"Lund": 5}, TODAY + timedelta(days=9))
    [logged] = AuditEvent.objects.filter(action="cohort.seats_allocated")
    assert logged.before["seats"] == {malmo.code: 9}
    assert logged.after["seats"] == {lund.code: 5}


def test_saving_what_is_already_so_changes_nothing(cohort: Cohort, lund: Municipality, coordinator: User) -> None:
    SeatAllocationFactory(cohort=cohort, municipality=lund, seats=2)
    allocate(cohort, {lund: 2}, coordinator)
    assert not AuditEvent.objects.filter(action="cohort.seats_allocated").exists()


def test_no_more_is_kept_than_there_is(cohort: Cohort, lund: Municipality, coordinator: User) -> None:
    allocate(cohort, {lund: cohort.capacity}, coordinator)
    with pytest.raises(SeatsRefused, match="26 seats are kept"):
        allocate(cohort, {lund: cohort.capacity + 1}, coordinator)
    assert kept(cohort) == {"Lund": cohort.capacity}


def test_the_second_of_two_who_share_out_is_told(
    cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User
) -> None:
    seen = Allocation.of(cohort).fingerprint
    allocate(cohort, {lund: 2}, coordinator, seen=seen)
    with pytest.raises(SeatsChanged):
        allocate(cohort, {malmo: 2}, coordinator, seen=seen)
    assert kept(cohort) == {"Lund": 2}


def test_another_regions_coordinator_a_manager_and_another_regions_municipality_are_refused(
    cohort: Cohort, lund: Municipality, manager: User, coordinator: User
) -> None:
    for user in (manager, factories.coordinator(RegionFactory())):
        with pytest.raises(SeatsRefused):
            allocate(cohort, {lund: 1}, user)
    with pytest.raises(SeatsRefused):
        allocate(cohort, {MunicipalityFactory(): 1}, coordinator)
    assert kept(cohort) == {}


def test_seats_that_become_free_are_offered_to_those_who_wait(
    region: Any, lund: Municipality, malmo: Municipality, neighbour: User, coordinator: User
) -> None:
    cohort = CohortFactory(programme__region=region, capacity=2, sessions=TODAY + timedelta(days=60))
    SeatAllocationFactory(cohort=cohort, municipality=lund, seats=2)
    waiting = EnrolmentFactory(cohort=cohort, municipality=malmo, waiting=True)

    allocate(cohort, {lund: 1}, coordinator)

    waiting.refresh_from_db()
    assert waiting.status == EnrolmentStatus.OFFERED
    assert Message.objects.filter(kind="enrolment.offered", recipient=neighbour.email).exists()


def test_who_has_a_seat_keeps_it(cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User) -> None:
    EnrolmentFactory.create_batch(3, cohort=cohort, municipality=lund)
    allocate(cohort, {lund: 1, malmo: 24}, coordinator)
    assert Enrolment.objects.seated().count() == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_share_out_at_once_one_is_told(
    cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User
) -> None:
    seen = Allocation.of(cohort).fingerprint

    def allocating(place: Municipality) -> Any:
        return lambda: allocate(cohort, {place: 3}, coordinator, seen=seen)

    results = at_once([allocating(lund), allocating(malmo)])

    assert sum(isinstance(result, SeatsChanged) for result in results) == 1
    assert list(kept(cohort).values()) == [3]


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(coordinator: User, as_user: Any) -> Client:
    return as_user(coordinator)


@pytest.fixture
def address(cohort: Cohort) -> str:
    return reverse("participants:allocation", args=[cohort.pk])


def answers(cohort: Cohort, seats: dict[Municipality, int], **others: str) -> dict[str, str]:
    fields = {f"seats_{place.code}": str(number) for place, number in seats.items()}
    return {**fields, "release_date": "", "seen": Allocation.of(cohort).fingerprint, **others}


@pytest.mark.usefixtures("_on_the_day")
def test_the_page_proposes_by_the_number_of_inhabitants(
    lund: Municipality, malmo: Municipality, address: str, office: Client
) -> None:
    Municipality.objects.filter(pk=malmo.pk).update(population=60_000)
    page = office.get(address, {"by": "population", "pool": "5"}).content.decode()
    assert f'name="seats_{lund.code}" value="5"' in page
    assert f'name="seats_{malmo.code}" value="15"' in page
    assert "20 of 25 seats are kept, 5 are common." in page


@pytest.mark.usefixtures("_on_the_day")
def test_the_page_proposes_by_what_the_last_cohort_used(
    cohort: Cohort, lund: Municipality, malmo: Municipality, address: str, office: Client
) -> None:
    assert "last_use" not in office.get(address).content.decode()
    earlier = CohortFactory(
        programme=cohort.programme,
        applications_open=TODAY - timedelta(days=200),
        applications_close=TODAY - timedelta(days=150),
    )
    EnrolmentFactory.create_batch(3, cohort=earlier, municipality=malmo)
    EnrolmentFactory(cohort=earlier, municipality=lund, withdrawn=True)
    page = office.get(address, {"by": "last_use"}).content.decode()
    assert f'name="seats_{malmo.code}" value="3"' in page
    assert "3 of 25 seats are kept, 22 are common." in page


@pytest.mark.usefixtures("_on_the_day")
def test_adding_up_saves_nothing_and_works_without_javascript(
    cohort: Cohort, lund: Municipality, address: str, office: Client
) -> None:
    summed = office.post(address, answers(cohort, {lund: 7}, add_up="1"))
    assert summed.status_code == 200
    assert "7 of 25 seats are kept, 18 are common." in summed.content.decode()
    too_many = office.post(address, answers(cohort, {lund: 27}, add_up="1"))
    assert too_many.status_code == 422
    assert "27 of 25 seats are kept: 2 too many." in too_many.content.decode()
    assert kept(cohort) == {}


@pytest.mark.usefixtures("_on_the_day")
def test_the_page_saves_and_warns_where_less_is_kept_than_is_taken(
    cohort: Cohort, lund: Municipality, address: str, office: Client
) -> None:
    EnrolmentFactory.create_batch(3, cohort=cohort, municipality=lund)
    assert office.post(address, answers(cohort, {lund: 2}, save="1")).status_code == 302
    assert kept(cohort) == {"Lund": 2}
    assert "1 of those who have a seat takes a common one" in office.get(address).content.decode()


@pytest.mark.usefixtures("_on_the_day")
def test_who_was_second_sees_both_versions_and_may_save_hers(
    cohort: Cohort, lund: Municipality, coordinator: User, address: str, office: Client
) -> None:
    mine = answers(cohort, {lund: 4}, save="1")
    allocate(cohort, {lund: 2}, coordinator)
    second = office.post(address, mine)
    assert second.status_code == 409
    assert "Someone else has shared out the seats" in second.content.decode()
    assert office.post(address, mine | {"seen": Allocation.of(cohort).fingerprint}).status_code == 302
    assert kept(cohort) == {"Lund": 4}


@pytest.mark.usefixtures("_on_the_day")
def test_the_number_of_queries_does_not_grow_with_the_municipalities(
    region: Any,
    cohort: Cohort,
    address: str,
    office: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    MunicipalityFactory.create_batch(2, region=region)
    with django_assert_max_num_queries(30) as few:
        office.get(address)
    for place in MunicipalityFactory.create_batch(10, region=region):
        SeatAllocationFactory(cohort=cohort, municipality=place, seats=1)
        EnrolmentFactory(cohort=cohort, municipality=place)
    with django_assert_max_num_queries(len(few)):
        office.get(address)
