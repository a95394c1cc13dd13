"""Pages for enrolling one person, and one enrolment's page."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, Participant
from regions.models import Municipality
from tests import factories
from tests.factories import (
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    ParticipantFactory,
    RoleAssignmentFactory,
    SeatAllocationFactory,
)

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


class TestForm:
    def test_a_manager_of_one_municipality_is_not_asked_for_it(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        page = as_user(manager).get(url("enrol_one", cohort.pk))
        assert 'name="municipality"' not in text(page)
        assert "personal identity number" in text(page)

    def test_who_enrols_for_several_chooses_among_them_only(
        self, cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User, as_user: LogIn
    ) -> None:
        elsewhere = MunicipalityFactory(name="Elsewhere")
        client = as_user(coordinator)
        assert "Elsewhere" not in text(client.get(url("enrol_one", cohort.pk)))
        for wrong in ("", str(elsewhere.pk), "x"):
            assert client.post(url("enrol_one", cohort.pk), ANSWERS | {"municipality": wrong}).status_code == 422
        right = client.post(url("enrol_one", cohort.pk), ANSWERS | {"municipality": str(malmo.pk)})
        assert right.status_code == 302

    def test_it_proposes_the_workplace_of_the_last_person_she_enrolled(
        self, cohort: Cohort, lund: Municipality, manager: User, as_user: LogIn
    ) -> None:
        before = EnrolmentFactory(municipality=lund, manager=manager, cohort__programme__region=cohort.region)
        before.employment.unit = "Vuxenenheten"
        before.employment.save()
        assert "Vuxenenheten" in text(as_user(manager).get(url("enrol_one", cohort.pk)))

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("first_name", "", "This field is required"),
            ("first_name", "Åsa\r\nBcc: x@example.org", "letters"),
            ("last_name", "800101-1234", "letters"),
            ("email", "asa", "valid email"),
            ("unit", "", "This field is required"),
            ("unit", "Barn 19800101-1234", "identity number"),
            ("title", "198001011234", "identity number"),
            ("employed_from", "snart", "valid date"),
            ("employed_from", "0206-03-01", "Check the year"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, cohort: Cohort, manager: User, as_user: LogIn, field: str, value: str, message: str
    ) -> None:
        response = as_user(manager).post(url("enrol_one", cohort.pk), ANSWERS | {field: value})
        assert response.status_code == 422
        page = text(response)
        assert message in page
        assert f'href="#id_{field}"' in page
        kept = "Barn och familj" if field != "unit" else "asa@example.org"
        assert kept in page

    def test_a_refusal_of_the_rules_stands_at_the_address(
        self, cohort: Cohort, malmo: Municipality, manager: User, as_user: LogIn
    ) -> None:
        known = ParticipantFactory(region=cohort.region, first_name="Åsa", email="asa@example.org")
        EmploymentFactory(participant=known, municipality=malmo)
        response = as_user(manager).post(url("enrol_one", cohort.pk), ANSWERS)
        assert response.status_code == 422
        assert "employed by another municipality" in text(response)

    @pytest.mark.parametrize("name", ["enrol_one", "check", "import"])
    def test_another_regions_cohort_and_a_draft_do_not_exist(
        self, region: Any, manager: User, as_user: LogIn, name: str
    ) -> None:
        for cohort in (CohortFactory(), CohortFactory(programme__region=region, draft=True)):
            assert as_user(manager).get(url(name, cohort.pk)).status_code == 404

    @pytest.mark.parametrize("name", ["enrol_one", "import"])
    def test_outside_the_application_period_the_reason_is_given(
        self, region: Any, manager: User, as_user: LogIn, name: str
    ) -> None:
        cohort = CohortFactory(programme__region=region, applications_close=date(2026, 3, 1))
        response = as_user(manager).get(url(name, cohort.pk), follow=True)
        assert response.redirect_chain == [(url("enrol"), 302)]
        assert "Applications closed on" in text(response)


class TestCheckAndConfirm:
    def test_answers_are_checked_then_enrolled_then_confirmed_with_a_reference(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)

        check = client.post(url("enrol_one", cohort.pk), ANSWERS, follow=True)
        assert check.redirect_chain == [(url("check", cohort.pk), 302)]
        for answer in ("Åsa", "Öberg-Exempel", "asa@example.org", "Lund", "Barn och familj", "There is a seat for Åsa"):
            assert answer in text(check)
        assert not Enrolment.objects.exists()

        done = client.post(url("check", cohort.pk), follow=True)
        enrolment = Enrolment.objects.get()
        assert done.redirect_chain == [(url("enrolment", enrolment.pk, query="?new=1"), 302)]
        assert "Åsa Öberg-Exempel is enrolled" in text(done)
        assert enrolment.reference in text(done)

    def test_changing_an_answer_finds_the_form_as_it_was(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        client.post(url("enrol_one", cohort.pk), ANSWERS)
        page = text(client.get(url("enrol_one", cohort.pk)))
        for answer in ANSWERS.values():
            assert f'value="{answer}"' in page

    def test_beyond_the_seats_the_waiting_list_is_announced_before_and_confirmed_after(
        self, region: Any, manager: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        EnrolmentFactory(cohort=cohort)
        EnrolmentFactory(cohort=cohort, waiting=True)
        client = as_user(manager)

        check = client.post(url("enrol_one", cohort.pk), ANSWERS, follow=True)
        done = client.post(url("check", cohort.pk), follow=True)

        assert "will be placed on the waiting list" in text(check)
        assert "is on the waiting list" in text(done)
        assert "Place 2 on the waiting list" in text(done)

    def test_a_double_click_ends_at_the_one_enrolment(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        first, second = as_user(manager), as_user(manager)
        for client in (first, second):
            client.post(url("enrol_one", cohort.pk), ANSWERS)
        first.post(url("check", cohort.pk))
        again = second.post(url("check", cohort.pk))
        assert again.url == url("enrolment", Enrolment.objects.get().pk)

    def test_without_answers_there_is_nothing_to_check(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        assert as_user(manager).get(url("check", cohort.pk)).url == url("enrol_one", cohort.pk)

    def test_a_refusal_at_the_last_moment_leads_back_with_the_reason(
        self, cohort: Cohort, malmo: Municipality, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        client.post(url("enrol_one", cohort.pk), ANSWERS)
        known = ParticipantFactory(region=cohort.region, first_name="Åsa", email="asa@example.org")
        EmploymentFactory(participant=known, municipality=malmo)
        response = client.post(url("check", cohort.pk), follow=True)
        assert response.redirect_chain == [(url("enrol_one", cohort.pk), 302)]
        assert "employed by another municipality" in text(response)


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


def test_an_empty_cohort_says_what_to_do(cohort: Cohort, coordinator: User, as_user: LogIn) -> None:
    assert cohort.is_open_for_application(TODAY)
    assert "Nobody is enrolled yet" in text(as_user(coordinator).get(url("cohort", cohort.pk)))
