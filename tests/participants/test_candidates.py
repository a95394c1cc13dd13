"""Who might be the person whom someone wants to enrol: offered, never taken for the same."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort
from messaging.actions import choose_topics
from messaging.choices import Topic
from messaging.models import TopicChoice
from participants.actions import enrol
from participants.assessment import assess
from participants.details import PersonDetails
from participants.duplicates.candidates import candidates_for
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, Participant
from regions.models import Municipality, Region
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    EmploymentFactory,
    EnrolmentFactory,
    ParticipantFactory,
    RegionFactory,
    UserFactory,
)
from tests.participants.enrolling import fill_in, send
from tests.participants.people import FIRST_DAY, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def asa(cohort: Cohort, lund: Municipality) -> Participant:
    """Registered in Lund, enrolled in an earlier cohort of another programme, with the address that she had then."""
    earlier = CohortFactory(programme__region=cohort.region, name="Höst 2024")
    known = ParticipantFactory(
        region=cohort.region, first_name="Asa", last_name="Oberg Exempel", email="ao@example.org"
    )
    employment = EmploymentFactory(participant=known, municipality=lund, unit="Vuxna", starts=FIRST_DAY)
    EnrolmentFactory(participant=known, cohort=earlier, municipality=lund, employment=employment)
    return known


@pytest.fixture
def newcomer(lund: Municipality) -> PersonDetails:
    """Åsa Öberg-Exempel in Lund, before anyone has said whether she is someone known."""
    return person(lund, different=False)


def offered(newcomer: PersonDetails, region: Region, by: User) -> list[Participant]:
    [candidates] = candidates_for([newcomer], region=region, by=by, today=TODAY)
    return [candidate.participant for candidate in candidates]


class TestWhoIsOffered:
    def test_the_same_name_in_the_same_municipality_in_whatever_spelling(
        self, region: Region, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        assert offered(newcomer, region, manager) == [asa]

    def test_not_who_has_the_very_address(
        self, region: Region, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        assert offered(replace(newcomer, email="AO@example.org"), region, manager) == []

    def test_not_a_namesake_in_another_municipality_and_not_even_to_a_coordinator(
        self, region: Region, asa: Participant, malmo: Municipality, coordinator: User
    ) -> None:
        assert offered(person(malmo), region, coordinator) == []

    def test_a_manager_hears_nothing_of_another_municipalitys_people(
        self, region: Region, asa: Participant, neighbour: User, newcomer: PersonDetails
    ) -> None:
        assert offered(newcomer, region, neighbour) == []

    def test_nor_anyone_of_another_region(self, asa: Participant, manager: User, newcomer: PersonDetails) -> None:
        assert offered(newcomer, CohortFactory().region, manager) == []

    def test_who_has_left_the_municipality_is_offered_without_her_present_address(
        self, region: Region, asa: Participant, malmo: Municipality, manager: User, newcomer: PersonDetails
    ) -> None:
        asa.employments.update(ends=TODAY - timedelta(days=1))
        EmploymentFactory(participant=asa, municipality=malmo, unit="Hemligt", starts=TODAY)

        [[candidate]] = candidates_for([newcomer], region=region, by=manager, today=TODAY)

        assert candidate.participant == asa
        assert candidate.in_words == "Yes, this is Asa Oberg Exempel (Socialsekreterare, Vuxna, Höst 2024)"

    def test_thousands_are_looked_up_as_quickly_as_one(
        self, region: Region, asa: Participant, manager: User, newcomer: PersonDetails, django_assert_num_queries: Any
    ) -> None:
        many = [newcomer, *(replace(newcomer, last_name=f"Nr{letter}") for letter in "abcdefgh")] * 500
        assert manager.roles
        with django_assert_num_queries(3):
            found = candidates_for(many, region=region, by=manager, today=TODAY)
        assert sum(map(len, found)) == 500


class TestWhatIsDecided:
    def test_it_has_to_be_said(self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails) -> None:
        with pytest.raises(EnrolmentRefused, match="Say first"):
            enrol(cohort=cohort, person=newcomer, by=manager, now=NOW)
        assert Enrolment.objects.count() == 1

    def test_the_same_person_is_enrolled_and_keeps_her_address_and_her_login(
        self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        enrolment = enrol(cohort=cohort, person=replace(newcomer, same_as=asa.pk), by=manager, now=NOW)

        asa.refresh_from_db()
        assert enrolment.participant == asa
        assert asa.email == "ao@example.org"
        assert asa.user is not None
        assert asa.user.email == "ao@example.org"
        assert not User.objects.filter(email=newcomer.email).exists()

    def test_on_demand_she_is_written_to_at_the_new_address_but_logs_in_as_before(
        self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        choose_topics(addresses=[asa.email], wanted=[], among=[Topic.REMINDERS], by=asa.user, now=NOW)
        chosen = replace(newcomer, same_as=asa.pk, update_address=True)
        enrol(cohort=cohort, person=chosen, by=manager, now=NOW)

        asa.refresh_from_db()
        assert asa.email == "asa@example.org"
        assert TopicChoice.objects.wanted(asa.email, [Topic.REMINDERS, Topic.EVALUATION]) == [Topic.EVALUATION]
        assert asa.user is not None
        assert asa.user.email == "ao@example.org"
        [change] = AuditEvent.objects.filter(action="participant.address_changed")
        assert "example.org" not in str([change.before, change.after])

    def test_what_was_chosen_at_the_new_address_before_stays_as_it_is(
        self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        choose_topics(addresses=[asa.email], wanted=[], among=[Topic.REMINDERS], by=asa.user, now=NOW)
        choose_topics(addresses=[newcomer.email], wanted=[], among=[Topic.EVALUATION], by=None, now=NOW)
        enrol(cohort=cohort, person=replace(newcomer, same_as=asa.pk, update_address=True), by=manager, now=NOW)

        asa.refresh_from_db()
        assert asa.email == "asa@example.org"
        assert TopicChoice.objects.wanted(asa.email, [Topic.REMINDERS, Topic.EVALUATION]) == [Topic.REMINDERS]

    @pytest.mark.parametrize("logs_in", [True, False])
    def test_at_an_address_at_which_somebody_else_is_written_to_in_another_region_nobody_chooses_for_her(
        self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails, logs_in: bool
    ) -> None:
        choose_topics(addresses=[asa.email], wanted=[], among=[Topic.REMINDERS], by=asa.user, now=NOW)
        ParticipantFactory(
            region=RegionFactory(), email=newcomer.email.title(), user=UserFactory() if logs_in else None
        )
        enrol(cohort=cohort, person=replace(newcomer, same_as=asa.pk, update_address=True), by=manager, now=NOW)

        assert TopicChoice.objects.wanted(newcomer.email, [Topic.REMINDERS]) == [Topic.REMINDERS]

    def test_at_her_own_in_another_region_they_hold(
        self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        asa.user = UserFactory(email=asa.email, first_name=asa.first_name, last_name=asa.last_name)
        asa.save()
        choose_topics(addresses=[asa.email], wanted=[], among=[Topic.REMINDERS], by=asa.user, now=NOW)
        ParticipantFactory(region=RegionFactory(), email=newcomer.email, user=asa.user)
        enrol(cohort=cohort, person=replace(newcomer, same_as=asa.pk, update_address=True), by=manager, now=NOW)

        assert TopicChoice.objects.wanted(newcomer.email, [Topic.REMINDERS]) == []

    def test_but_never_at_an_address_with_which_someone_else_logs_in(
        self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        User.objects.create_user("asa@example.org", first_name="Åsa", last_name="Öberg-Exempel")
        chosen = replace(newcomer, same_as=asa.pk, update_address=True)
        with pytest.raises(EnrolmentRefused, match="Another person logs in"):
            enrol(cohort=cohort, person=chosen, by=manager, now=NOW)

    def test_someone_else_of_her_name_is_registered_on_her_own(
        self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        enrolment = enrol(cohort=cohort, person=replace(newcomer, different=True), by=manager, now=NOW)
        assert enrolment.participant != asa
        assert enrolment.participant.email == "asa@example.org"

    def test_nobody_can_be_chosen_who_was_not_offered(
        self, cohort: Cohort, asa: Participant, malmo: Municipality, neighbour: User
    ) -> None:
        with pytest.raises(EnrolmentRefused, match="Answer again"):
            enrol(cohort=cohort, person=person(malmo, same_as=asa.pk), by=neighbour, now=NOW)

    def test_nobody_is_chosen_twice_in_a_list(
        self, cohort: Cohort, asa: Participant, manager: User, newcomer: PersonDetails
    ) -> None:
        once = replace(newcomer, same_as=asa.pk)
        first, second = assess(cohort, [once, replace(once, email="b@example.org")], by=manager, now=NOW)
        assert (first.refusal, second.refusal) == (None, "This person is in the list twice.")

    def test_a_name_that_changes_is_found_by_its_new_spelling(self, asa: Participant) -> None:
        asa.last_name = "Ek"
        asa.save()
        assert Participant.objects.get(name_key="asa ek") == asa


@pytest.mark.usefixtures("_on_the_day")
class TestThePage:
    def test_the_question_has_to_be_answered(
        self, cohort: Cohort, asa: Participant, manager: User, as_user: Any
    ) -> None:
        browser = as_user(manager)
        draft = fill_in(browser, cohort)
        url = reverse("participants:check", args=[draft])

        assert "Is it the same person?" in browser.get(url).content.decode()
        assert send(browser, draft).status_code == 422
        assert Enrolment.objects.filter(cohort=cohort).count() == 0
        send(browser, draft, same_as=str(asa.pk))
        assert Enrolment.objects.get(cohort=cohort).participant == asa

    def test_who_bears_no_known_name_is_asked_nothing(self, cohort: Cohort, manager: User, as_user: Any) -> None:
        browser = as_user(manager)
        page = browser.get(reverse("participants:check", args=[fill_in(browser, cohort)])).content.decode()
        assert "Is it the same person?" not in page
