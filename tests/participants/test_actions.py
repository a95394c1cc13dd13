"""Enrolling, withdrawing, giving seats: what is stored, told and refused."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort
from messaging.models import Message
from participants.actions import enrol, give_seat, withdraw
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.models import Employment, Enrolment, Participant
from participants.references import ALPHABET
from regions.models import Municipality
from tests.factories import (
    NOW,
    CohortFactory,
    CohortSessionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    ParticipantFactory,
    SeatAllocationFactory,
    UserFactory,
)
from tests.participants.people import FIRST_DAY, person

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).values_list("recipient", flat=True))


class TestEnrol:
    def test_a_new_hire_gets_a_seat_a_reference_an_employment_and_a_login(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        assert enrolment.status == EnrolmentStatus.ENROLLED
        assert len(enrolment.reference) == 8
        assert set(enrolment.reference) <= set(ALPHABET)
        assert (enrolment.manager, enrolment.municipality, enrolment.applied) == (manager, lund, NOW)
        participant = Participant.objects.get()
        assert (participant.full_name, participant.email) == ("Åsa Öberg-Exempel", "asa@example.org")
        employment = Employment.objects.get()
        assert (employment.municipality, employment.starts, employment.ends) == (lund, FIRST_DAY, None)
        assert participant.user is not None
        assert not participant.user.has_usable_password()
        assert participant.user.has_role(Role.PARTICIPANT)

    def test_it_takes_eighteen_queries_for_a_known_person_and_twenty_two_for_a_new_one(
        self, cohort: Cohort, lund: Municipality, manager: User, django_assert_max_num_queries: Any
    ) -> None:
        known = EmploymentFactory(
            municipality=lund, participant=ParticipantFactory(region=cohort.region, with_login=True)
        ).participant
        names = {"first_name": known.first_name, "last_name": known.last_name, "email": known.email}
        manager.roles  # noqa: B018 - as a request has read them

        with django_assert_max_num_queries(18):
            enrol(cohort=cohort, person=person(lund, **names), by=manager, now=NOW)
        with django_assert_max_num_queries(22):
            enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

    def test_it_is_dated_logged_and_told_to_the_manager(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        event = enrolment.events.get()
        assert (event.at, event.status, event.by) == (NOW, "enrolled", manager)
        logged = AuditEvent.objects.about(enrolment).get()
        assert (logged.action, logged.actor, logged.scope) == ("enrolment.applied", manager, cohort.region.pk)
        assert told("enrolment.confirmed") == ["chef@example.org"]

    def test_when_the_cohort_is_full_she_waits_and_her_manager_is_told_so(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        EnrolmentFactory.create_batch(cohort.capacity, cohort=cohort)

        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        assert enrolment.status == EnrolmentStatus.WAITING
        assert told("enrolment.waiting") == ["chef@example.org"]
        assert told("enrolment.confirmed") == []

    def test_seats_kept_for_another_municipality_are_not_given_away_before_the_release_date(
        self, region: Any, lund: Municipality, malmo: Municipality, manager: User
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1, release_date=date(2026, 3, 20))
        SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=1)

        before = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        withdraw(enrolment=before, by=manager, now=NOW)
        after = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW + timedelta(days=10))

        assert before.status == EnrolmentStatus.WAITING
        assert after.status == EnrolmentStatus.ENROLLED

    def test_someone_who_was_withdrawn_takes_up_the_same_enrolment_and_keeps_its_reference(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        first = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        withdraw(enrolment=first, by=manager, now=NOW)

        again = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW + timedelta(hours=1))

        assert (again.pk, again.reference) == (first.pk, first.reference)
        assert [event.status for event in again.events.all()] == ["enrolled", "withdrawn", "enrolled"]
        assert told("enrolment.confirmed") == ["chef@example.org"] * 2

    def test_a_known_person_is_found_by_address_in_any_case_and_her_workplace_is_brought_up_to_date(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        known = ParticipantFactory(region=cohort.region, first_name="Åsa", email="Asa@Example.org")
        EmploymentFactory(participant=known, municipality=lund, unit="Vuxna")

        enrolment = enrol(cohort=cohort, person=person(lund, unit="Barn och familj"), by=manager, now=NOW)

        assert enrolment.participant == known
        assert Employment.objects.get().unit == "Barn och familj"
        [change] = AuditEvent.objects.filter(action="employment.changed")
        assert (change.before["unit"], change.after["unit"]) == ("Vuxna", "Barn och familj")

    def test_someone_whose_employment_elsewhere_has_ended_gets_a_new_one(
        self, cohort: Cohort, lund: Municipality, malmo: Municipality, manager: User
    ) -> None:
        known = ParticipantFactory(region=cohort.region, first_name="Åsa", email="asa@example.org")
        EmploymentFactory(participant=known, municipality=malmo, ends=FIRST_DAY - timedelta(days=1))

        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        assert enrolment.employment.municipality == lund
        assert known.employments.count() == 2

    def test_an_existing_login_of_the_same_address_becomes_hers(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        user = UserFactory(email="asa@example.org", first_name="Åsa", last_name="Öberg-Exempel")

        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        assert enrolment.participant.user == user
        assert User.objects.filter(email="asa@example.org").count() == 1

    def test_one_login_serves_a_person_who_takes_part_in_two_regions(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        elsewhere = ParticipantFactory(
            with_login=True, first_name="Åsa", last_name="Öberg-Exempel", email="asa@example.org"
        )

        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        assert enrolment.participant != elsewhere
        assert enrolment.participant.user == elsewhere.user

    def test_a_login_that_serves_someone_else_in_the_region_is_left_alone(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        user = UserFactory(email="asa@example.org", first_name="Åsa", last_name="Öberg-Exempel")
        other = ParticipantFactory(region=cohort.region, email="tidigare@example.org", user=user)

        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        assert enrolment.participant != other
        assert enrolment.participant.user is None

    @pytest.mark.parametrize("kind", ["participant", "user"])
    def test_an_address_of_someone_with_another_name_is_refused(
        self, cohort: Cohort, lund: Municipality, manager: User, kind: str
    ) -> None:
        bo = {"first_name": "Bo", "last_name": "Ek", "email": "asa@example.org"}
        if kind == "user":
            UserFactory(**bo)
        else:
            ParticipantFactory(region=cohort.region, **bo)

        with pytest.raises(EnrolmentRefused, match="belongs to a person with another name"):
            enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        assert not Enrolment.objects.exists()

    def test_another_municipalitys_employee_is_refused_without_saying_whose(
        self, cohort: Cohort, lund: Municipality, malmo: Municipality, manager: User
    ) -> None:
        known = ParticipantFactory(region=cohort.region, first_name="Åsa", email="asa@example.org")
        EmploymentFactory(participant=known, municipality=malmo)

        with pytest.raises(EnrolmentRefused) as refused:
            enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        assert "another municipality" in refused.value.reason
        assert "Malmö" not in refused.value.reason

    def test_an_employment_that_ends_before_the_first_session_is_refused(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        CohortSessionFactory(cohort=cohort, day=date(2026, 4, 14))
        known = ParticipantFactory(region=cohort.region, first_name="Åsa", email="asa@example.org")
        EmploymentFactory(participant=known, municipality=lund, ends=date(2026, 4, 13))

        with pytest.raises(EnrolmentRefused, match="before the first session"):
            enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

    @pytest.mark.parametrize(("draft", "days"), [(True, 0), (False, 40), (False, -40)])
    def test_managers_enrol_in_published_cohorts_within_the_application_period(
        self, region: Any, lund: Municipality, manager: User, draft: bool, days: int
    ) -> None:
        cohort = CohortFactory(programme__region=region, draft=draft)

        with pytest.raises(EnrolmentRefused):
            enrol(cohort=cohort, person=person(lund), by=manager, now=NOW + timedelta(days=days))

    def test_a_coordinator_may_be_late_and_the_municipalitys_managers_are_told(
        self, cohort: Cohort, lund: Municipality, manager: User, coordinator: User
    ) -> None:
        enrolment = enrol(cohort=cohort, person=person(lund), by=coordinator, now=NOW + timedelta(days=40))

        assert enrolment.manager is None
        assert told("enrolment.confirmed") == ["chef@example.org"]

    def test_but_not_later_than_the_last_session(self, cohort: Cohort, lund: Municipality, coordinator: User) -> None:
        last = CohortSessionFactory(cohort=cohort, day=date(2026, 4, 14))

        with pytest.raises(EnrolmentRefused, match="last session"):
            enrol(cohort=cohort, person=person(lund), by=coordinator, now=last.ends)
        enrolment = enrol(cohort=cohort, person=person(lund), by=coordinator, now=last.ends - timedelta(minutes=1))
        assert enrolment.status == EnrolmentStatus.ENROLLED

    def test_nobody_enrols_for_a_municipality_that_is_not_hers(
        self, cohort: Cohort, malmo: Municipality, manager: User
    ) -> None:
        with pytest.raises(EnrolmentRefused, match="can't enrol people for Malmö"):
            enrol(cohort=cohort, person=person(malmo), by=manager, now=NOW)

    def test_nobody_enrols_in_another_regions_cohort(self, lund: Municipality, manager: User) -> None:
        with pytest.raises(EnrolmentRefused, match="can't enrol people for Lund"):
            enrol(cohort=CohortFactory(), person=person(lund), by=manager, now=NOW)

    def test_someone_is_enrolled_in_one_cohort_of_a_programme_at_a_time(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        for again in (cohort, CohortFactory(programme=cohort.programme)):
            with pytest.raises(EnrolmentRefused, match="already enrolled"):
                enrol(cohort=again, person=person(lund), by=manager, now=NOW)


class TestWithdraw:
    def test_the_seat_is_free_again_and_the_reason_is_kept(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        enrolment = EnrolmentFactory(cohort=cohort, municipality=lund)

        withdraw(enrolment=enrolment, by=manager, now=NOW, reason="Slutar.")

        enrolment.refresh_from_db()
        assert enrolment.status == EnrolmentStatus.WITHDRAWN
        assert not Enrolment.objects.seated().exists()
        assert enrolment.events.get().reason == "Slutar."
        assert AuditEvent.objects.about(enrolment).get().action == "enrolment.withdrawn"

    def test_a_neighbour_may_not(self, cohort: Cohort, lund: Municipality, neighbour: User) -> None:
        with pytest.raises(EnrolmentRefused, match="Only the employer"):
            withdraw(enrolment=EnrolmentFactory(cohort=cohort, municipality=lund), by=neighbour, now=NOW)

    def test_what_has_ended_stays_ended(self, cohort: Cohort, coordinator: User) -> None:
        with pytest.raises(EnrolmentRefused, match="no longer active"):
            withdraw(enrolment=EnrolmentFactory(cohort=cohort, withdrawn=True), by=coordinator, now=NOW)


class TestGiveSeat:
    def test_someone_who_waits_gets_the_free_seat_and_her_manager_is_told(
        self, cohort: Cohort, lund: Municipality, manager: User, coordinator: User
    ) -> None:
        waiting = EnrolmentFactory(cohort=cohort, municipality=lund, waiting=True, manager=manager)

        give_seat(enrolment=waiting, by=coordinator, now=NOW)

        waiting.refresh_from_db()
        assert waiting.status == EnrolmentStatus.ENROLLED
        assert waiting.events.get().by == coordinator
        assert AuditEvent.objects.about(waiting).get().action == "enrolment.seat_given"
        assert told("enrolment.confirmed") == ["chef@example.org"]

    def test_a_full_cohort_stays_full(self, cohort: Cohort, coordinator: User) -> None:
        EnrolmentFactory.create_batch(cohort.capacity, cohort=cohort)
        waiting = EnrolmentFactory(cohort=cohort, waiting=True)

        with pytest.raises(EnrolmentRefused, match="full"):
            give_seat(enrolment=waiting, by=coordinator, now=NOW)

    def test_a_seat_kept_for_others_stays_theirs(self, region: Any, malmo: Municipality, coordinator: User) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=1)

        with pytest.raises(EnrolmentRefused, match="kept for other municipalities"):
            give_seat(enrolment=EnrolmentFactory(cohort=cohort, waiting=True), by=coordinator, now=NOW)

    def test_only_the_regions_coordinator_gives_seats(self, cohort: Cohort, lund: Municipality, manager: User) -> None:
        waiting = EnrolmentFactory(cohort=cohort, municipality=lund, waiting=True)

        with pytest.raises(EnrolmentRefused, match="coordinator"):
            give_seat(enrolment=waiting, by=manager, now=NOW)
