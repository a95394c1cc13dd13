"""Who sees whom, and the order of the waiting list."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.choices import Role
from accounts.models import User
from cohorts.models import Cohort
from participants.assessment import may_enrol_from, municipalities_for
from participants.models import Employment, Enrolment, Import, Participant
from participants.seating import seats_of_each, waiting_position
from regions.models import Municipality
from tests import factories
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    RegionFactory,
    RoleAssignmentFactory,
    SeatAllocationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hers(cohort: Cohort, lund: Municipality) -> Enrolment:
    """An enrolment from Lund."""
    return EnrolmentFactory(cohort=cohort, municipality=lund, participant__with_login=True)


@pytest.mark.parametrize("viewer", ["manager", "neighbour", "coordinator"])
def test_who_enrols_people_of_a_municipality_is_decided_with_and_without_a_query_alike(
    cohort: Cohort, lund: Municipality, malmo: Municipality, viewer: str, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(viewer)
    elsewhere = RoleAssignmentFactory(user=user, role=Role.MANAGER, municipality=MunicipalityFactory()).municipality
    RoleAssignmentFactory(user=user, role=Role.COORDINATOR, region=elsewhere.region)

    hers = [place for place in (lund, malmo, elsewhere) if may_enrol_from(place, cohort, by=user)]

    assert hers == list(municipalities_for(user, cohort).values())
    assert elsewhere not in hers


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [("manager", True), ("coordinator", True), ("herself", True), ("neighbour", False), ("stranger", False)],
)
def test_people_are_seen_by_their_employer_their_coordinator_and_themselves(
    hers: Enrolment, viewer: str, sees: bool, request: pytest.FixtureRequest
) -> None:
    EnrolmentFactory(municipality=EnrolmentFactory(cohort=hers.cohort).municipality)  # others, whom nobody asked for
    user: User
    if viewer == "herself":
        assert hers.participant.user
        user = hers.participant.user
    elif viewer == "stranger":
        user = factories.coordinator(RegionFactory())
    else:
        user = request.getfixturevalue(viewer)
    assert Enrolment.objects.visible_to(user).filter(pk=hers.pk).exists() is sees
    assert Participant.objects.visible_to(user).filter(pk=hers.participant_id).exists() is sees
    assert Employment.objects.visible_to(user).filter(pk=hers.employment_id).exists() is sees


def test_a_person_with_two_enrolments_is_seen_once(hers: Enrolment, manager: User) -> None:
    EnrolmentFactory(
        participant=hers.participant,
        employment=hers.employment,
        municipality=hers.municipality,
        cohort=CohortFactory(programme__region=hers.cohort.region),
    )
    assert list(Participant.objects.visible_to(manager)) == [hers.participant]


def test_a_role_as_participant_shows_no_one_else(hers: Enrolment) -> None:
    other = RoleAssignmentFactory(role="participant", region=hers.cohort.region).user
    assert not Enrolment.objects.visible_to(other).exists()


def test_an_upload_is_seen_by_its_uploader_only(
    cohort: Cohort, lund: Municipality, manager: User, coordinator: User
) -> None:
    Import.objects.create(cohort=cohort, municipality=lund, uploaded_by=manager, filename="nya.csv", rows=[])
    assert Import.objects.visible_to(manager).count() == 1
    assert Import.objects.visible_to(coordinator).count() == 0


def test_the_waiting_list_is_in_the_order_of_application(cohort: Cohort) -> None:
    late = EnrolmentFactory(cohort=cohort, waiting=True, applied=NOW)
    early = EnrolmentFactory(cohort=cohort, waiting=True, applied=NOW - timedelta(days=1))
    EnrolmentFactory(cohort=cohort, applied=NOW - timedelta(days=2))
    assert list(Enrolment.objects.waiting()) == [early, late]
    assert (waiting_position(early, today=TODAY), waiting_position(late, today=TODAY)) == (1, 2)


def test_search_finds_every_word_in_name_address_or_reference(hers: Enrolment) -> None:
    found = Enrolment.objects.search
    person = hers.participant
    for words in (
        "",
        person.last_name[:4].upper(),
        f"{person.last_name} {person.first_name}",
        person.email,
        hers.reference,
    ):
        assert list(found(words)) == [hers], words
    assert not found(f"{person.first_name} nobody").exists()


def test_seats_are_counted_per_cohort(
    cohort: Cohort, lund: Municipality, malmo: Municipality, django_assert_num_queries: Any
) -> None:
    SeatAllocationFactory(cohort=cohort, municipality=lund, seats=3)
    EnrolmentFactory.create_batch(2, cohort=cohort, municipality=lund)
    EnrolmentFactory(cohort=cohort, municipality=malmo, withdrawn=True)
    EnrolmentFactory(cohort=cohort, municipality=malmo, waiting=True)
    cohort.release_date = TODAY
    other = CohortFactory(programme=cohort.programme)

    with django_assert_num_queries(2):
        seats = seats_of_each([cohort, other], today=TODAY)

    assert seats[cohort.pk].allocated == {lund.pk: 3}
    assert seats[cohort.pk].taken == {lund.pk: 2}
    assert [waiting.municipality for waiting in seats[cohort.pk].waiting] == [malmo.pk]
    assert seats[cohort.pk].released
    assert seats[other.pk].taken == {}
    assert not seats[other.pk].released
