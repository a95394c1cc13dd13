"""Pages for enrolling one person, and one enrolment's page."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from participants.actions import enrol, undo_leaving, withdraw
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, Participant
from regions.models import Municipality
from tests import factories
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    RoleAssignmentFactory,
    SeatAllocationFactory,
)
from tests.participants.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_day")]
LogIn = Callable[[User], Client]
ANSWERS = {
    "first_name": "Åsa",
    "last_name": "Öberg-Exempel",
    "email": "asa@example.org",
    "unit": "Barn och familj",
    "title": "Socialsekreterare",
    "employed_from": "2026-03-01",
}


def url(name: str, *args: object, query: str = "") -> str:
    return reverse(f"participants:{name}", args=args) + query


def text(response: Any) -> str:
    """The page with single spaces."""
    return " ".join(response.content.decode().split())


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class TestChoose:
    def test_a_manager_sees_open_cohorts_of_her_region_with_seats_for_her_municipality(
        self, cohort: Cohort, lund: Municipality, malmo: Municipality, manager: User, as_user: LogIn
    ) -> None:
        SeatAllocationFactory(cohort=cohort, municipality=lund, seats=3)
        SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=20)
        CohortFactory(name="Elsewhere")
        CohortFactory(programme=cohort.programme, name="Not yet", draft=True)
        CohortFactory(programme=cohort.programme, name="Past", applications_close=date(2026, 3, 1))

        page = text(as_user(manager).get(url("enrol")))

        assert "Vår 2026" in page
        assert "5 seats left for Lund" in page
        assert "3 seats kept for Lund" in page
        assert "2 seats for everyone" in page
        for other in ("Elsewhere", "Not yet", "Past", "Malmö"):
            assert other not in page

    def test_a_full_cohort_says_that_there_is_a_waiting_list(self, region: Any, manager: User, as_user: LogIn) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        EnrolmentFactory(cohort=cohort)
        EnrolmentFactory(cohort=cohort, waiting=True)

        page = text(as_user(manager).get(url("enrol")))

        assert "Waiting list for Lund" in page
        assert "1 person on the waiting list" in page

    def test_a_cohort_that_opens_later_is_shown_without_buttons(
        self, region: Any, manager: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, applications_open=date(2026, 4, 1))
        page = text(as_user(manager).get(url("enrol")))
        assert "Applications open on" in page
        assert url("enrol_one", cohort.pk) not in page

    def test_a_coordinator_may_choose_a_cohort_whose_application_period_is_over(
        self, region: Any, coordinator: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, applications_close=date(2026, 3, 1))
        CohortSessionFactory(cohort=cohort, day=date(2026, 4, 14))
        assert url("enrol_one", cohort.pk) in text(as_user(coordinator).get(url("enrol")))

    def test_when_nothing_is_open_the_page_says_so(self, manager: User, as_user: LogIn) -> None:
        assert "No cohort is open" in text(as_user(manager).get(url("enrol")))

    def test_its_queries_do_not_grow_with_cohorts(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        few = queries(client, url("enrol"))
        for more in CohortFactory.create_batch(5, programme=cohort.programme):
            EnrolmentFactory.create_batch(3, cohort=more)
            CohortSessionFactory(cohort=more)
        assert queries(client, url("enrol")) == few


class TestEnrolment:
    @pytest.fixture
    def enrolment(self, cohort: Cohort, lund: Municipality, manager: User) -> Enrolment:
        return EnrolmentFactory(
            cohort=cohort, municipality=lund, manager=manager, participant__last_name="Kanariefågel"
        )

    def test_it_shows_facts_and_history(self, enrolment: Enrolment, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        client.post(url("withdraw", enrolment.pk), {"reason": "Slutar."})
        page = text(client.get(url("enrolment", enrolment.pk)))
        for fact in ("Kanariefågel", enrolment.reference, "Withdrawn", "Slutar.", str(manager)):
            assert fact in page

    def test_it_leads_to_the_person_and_names_who_is_told_about_her(
        self, enrolment: Enrolment, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        page = text(client.get(url("enrolment", enrolment.pk)))
        assert reverse("certificates:person", args=[enrolment.participant_id]) in page
        assert "All managers of the municipality" not in page
        Enrolment.objects.update(manager=None)
        assert "All managers of the municipality" in text(client.get(url("enrolment", enrolment.pk)))

    def test_withdrawing_asks_first(self, enrolment: Enrolment, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        assert "Withdraw Åsa Kanariefågel?" in text(client.get(url("withdraw", enrolment.pk)))
        enrolment.refresh_from_db()
        assert enrolment.status == EnrolmentStatus.ENROLLED
        assert client.post(url("withdraw", enrolment.pk), {"reason": "19800101-1234"}).status_code == 422
        client.post(url("withdraw", enrolment.pk))
        enrolment.refresh_from_db()
        assert enrolment.status == EnrolmentStatus.WITHDRAWN

    @pytest.mark.parametrize("name", ["enrolment", "withdraw", "give_seat"])
    def test_others_find_nothing(self, enrolment: Enrolment, neighbour: User, as_user: LogIn, name: str) -> None:
        outsider = factories.coordinator(CohortFactory().region)
        address = url(name, enrolment.pk)
        for client in (as_user(outsider), as_user(neighbour)):
            response = client.post(address) if name == "give_seat" else client.get(address)
            assert response.status_code == (
                403 if name == "give_seat" and client.session["_auth_user_id"] == str(neighbour.pk) else 404
            )
            assert "Kanariefågel" not in text(response)

    def test_a_participant_has_no_business_here(self, enrolment: Enrolment, as_user: LogIn) -> None:
        role = RoleAssignmentFactory(role="participant", region=enrolment.cohort.region)
        Participant.objects.filter(pk=enrolment.participant_id).update(user=role.user)
        assert as_user(role.user).get(url("enrolment", enrolment.pk)).status_code == 403


class TestCohort:
    def test_a_coordinator_sees_everyone_the_seats_and_the_waiting_list_in_order(
        self, region: Any, lund: Municipality, coordinator: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=2)
        EnrolmentFactory(cohort=cohort, municipality=lund, participant__last_name="Först")
        EnrolmentFactory(cohort=cohort, waiting=True, participant__last_name="Ett")
        EnrolmentFactory(cohort=cohort, waiting=True, participant__last_name="Två")

        page = text(as_user(coordinator).get(url("cohort", cohort.pk)))

        assert "<b>1</b> of 2 seats taken" in page
        assert "<b>2</b> on the waiting list" in page
        assert page.index("Åsa Ett") < page.index("Åsa Två")
        assert "Åsa Först" in page

    def test_filters_are_in_the_address(
        self, cohort: Cohort, lund: Municipality, coordinator: User, as_user: LogIn
    ) -> None:
        mine = EnrolmentFactory(cohort=cohort, municipality=lund, participant__last_name="Alfa")
        EnrolmentFactory(cohort=cohort, withdrawn=True, participant__last_name="Beta")
        client = as_user(coordinator)

        def found(query: str) -> set[str]:
            page = text(client.get(url("cohort", cohort.pk, query=query)))
            return {name for name in ("Alfa", "Beta") if f"Åsa {name}" in page}

        assert found("") == {"Alfa", "Beta"}
        assert found("?q=alfa") == found(f"?q={mine.reference}") == found("?status=enrolled") == {"Alfa"}
        assert found("?status=withdrawn") == {"Beta"}
        assert found(f"?municipality={lund.pk}") == {"Alfa"}
        assert found("?q=nobody") == set()
        assert found("?status=nonsense&municipality=x&page=99") == {"Alfa", "Beta"}

    def test_managers_may_not_and_other_regions_coordinators_find_nothing(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        assert as_user(manager).get(url("cohort", cohort.pk)).status_code == 403
        outsider = factories.coordinator(CohortFactory().region)
        assert as_user(outsider).get(url("cohort", cohort.pk)).status_code == 404

    def test_its_queries_do_not_grow_with_people(self, cohort: Cohort, coordinator: User, as_user: LogIn) -> None:
        client = as_user(coordinator)
        EnrolmentFactory(cohort=cohort)
        EnrolmentFactory(cohort=cohort, waiting=True)
        few = queries(client, url("cohort", cohort.pk))
        EnrolmentFactory.create_batch(20, cohort=cohort)
        EnrolmentFactory.create_batch(5, cohort=cohort, waiting=True)
        assert queries(client, url("cohort", cohort.pk)) == few
        assert few <= 12


def test_late_withdrawals_are_found_with_the_day_and_the_reason(
    cohort: Cohort, lund: Municipality, manager: User, coordinator: User, as_user: LogIn
) -> None:
    CohortSessionFactory(cohort=cohort, day=TODAY + timedelta(days=20))
    early, late, restored = (
        enrol(
            cohort=cohort,
            person=person(lund, last_name=f"{name}-Exempel", email=f"{name}@example.org"),
            by=manager,
            now=NOW - timedelta(days=2),
        )
        for name in ("Tidig", "Sen", "Ångrad")
    )
    withdraw(enrolment=early, by=manager, now=NOW - timedelta(days=1))
    cohort.sessions.update(starts=NOW + timedelta(days=3), ends=NOW + timedelta(days=3, hours=6))
    for enrolment in (late, restored):
        withdraw(enrolment=enrolment, by=manager, now=NOW - timedelta(hours=2), reason="Börjar i Malmö.")
    undo_leaving(enrolment=restored, by=manager, now=NOW)

    found = as_user(coordinator).get(url("cohort", cohort.pk), {"status": "withdrawn_late"})

    assert [one.pk for one in found.context["page"]] == [late.pk]
    assert "Late, on 10 March 2026: Börjar i Malmö." in text(found)


def test_a_manager_who_cannot_help_herself_reads_how_the_coordinator_is_reached(
    cohort: Cohort, lund: Municipality, manager: User, coordinator: User, as_user: LogIn
) -> None:
    region = cohort.region
    region.contact_email, region.contact_phone = "samordnare@example.org", "046-12 34 56"
    region.save()
    enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
    mail = f"mailto:samordnare@example.org?subject={enrolment.reference}"

    hers = text(as_user(manager).get(url("enrolment", enrolment.pk)))

    assert mail in hers
    assert "tel:046-123456" in hers
    assert mail not in text(as_user(coordinator).get(url("enrolment", enrolment.pk)))


def test_an_empty_cohort_says_what_to_do(cohort: Cohort, coordinator: User, as_user: LogIn) -> None:
    assert cohort.is_open_for_application(TODAY)
    assert "Nobody is enrolled yet" in text(as_user(coordinator).get(url("cohort", cohort.pk)))


def test_in_a_draft_nobody_is_asked_to_enrol(cohort: Cohort, coordinator: User, as_user: LogIn) -> None:
    draft = CohortFactory(programme=cohort.programme, draft=True)
    page = text(as_user(coordinator).get(url("cohort", draft.pk)))
    assert "Publish the cohort first" in page
    assert "enrol people yourself" not in page
