"""Pages on which managers answer offers, and on which coordinators give seats and take offers back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from regions.models import Municipality
from tests.factories import NOW, CohortFactory, EnrolmentFactory, OfferFactory, SeatAllocationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_day")]
LogIn = Callable[[User], Client]


def url(name: str, *args: object) -> str:
    return reverse(f"participants:{name}", args=args)


def text(response: Any) -> str:
    """The page with single spaces."""
    return " ".join(response.content.decode().split())


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def offered(cohort: Cohort, lund: Municipality) -> Enrolment:
    offer = OfferFactory(
        enrolment__cohort=cohort, enrolment__municipality=lund, enrolment__participant__last_name="Vald"
    )
    return offer.enrolment


class TestEnrolmentPage:
    def test_it_shows_the_offer_with_its_deadline_in_local_time_and_both_answers(
        self, offered: Enrolment, manager: User, as_user: LogIn
    ) -> None:
        page = text(as_user(manager).get(url("enrolment", offered.pk)))
        assert "A seat is offered" in page
        assert "by <b>15 March 2026, 23:59</b>" in page.replace("\xa0", " ")
        assert url("accept_offer", offered.pk) in page
        assert url("decline_offer", offered.pk) in page

    def test_after_the_deadline_it_says_so_and_offers_nothing(
        self, offered: Enrolment, manager: User, as_user: LogIn
    ) -> None:
        with time_machine.travel(NOW + timedelta(days=6), tick=False):
            page = text(as_user(manager).get(url("enrolment", offered.pk)))
        assert "The time to answer ran out" in page
        assert url("accept_offer", offered.pk) not in page

    @pytest.mark.parametrize(
        ("order", "sentence"),
        [("quota", "whose municipality has seats of its own left"), ("applied", "Those who applied first come first")],
    )
    def test_who_waits_sees_her_place_and_how_the_list_is_served(
        self, cohort: Cohort, lund: Municipality, manager: User, as_user: LogIn, order: str, sentence: str
    ) -> None:
        cohort.region.waiting_list_order = order
        cohort.region.save()
        EnrolmentFactory(cohort=cohort, waiting=True)
        mine = EnrolmentFactory(cohort=cohort, waiting=True, municipality=lund)

        page = text(as_user(manager).get(url("enrolment", mine.pk)))

        assert "Place 2 on the waiting list" in page
        assert sentence in page
        assert "5 days to answer" in page


class TestAnswering:
    def test_accepting_takes_one_press(self, offered: Enrolment, manager: User, as_user: LogIn) -> None:
        response = as_user(manager).post(url("accept_offer", offered.pk), follow=True)
        assert "Åsa Vald is enrolled." in text(response)
        offered.refresh_from_db()
        assert offered.status == EnrolmentStatus.ENROLLED

    def test_declining_asks_first_and_keeps_the_reason(self, offered: Enrolment, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        assert "Decline the seat for Åsa Vald?" in text(client.get(url("decline_offer", offered.pk)))
        offered.refresh_from_db()
        assert offered.status == EnrolmentStatus.OFFERED

        response = client.post(url("decline_offer", offered.pk), {"reason": "Börjar senare."}, follow=True)

        assert "The seat for Åsa Vald is declined." in text(response)
        assert "Börjar senare." in text(response)
        offered.refresh_from_db()
        assert offered.status == EnrolmentStatus.DECLINED

    def test_declining_promises_the_seat_to_the_next_only_if_somebody_waits(
        self, offered: Enrolment, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        assert "Nobody else waits for the seat" in text(client.get(url("decline_offer", offered.pk)))
        EnrolmentFactory(cohort=offered.cohort, waiting=True)
        assert "is offered to the next" in text(client.get(url("decline_offer", offered.pk)))

    def test_an_identity_number_in_the_reason_is_refused_and_nothing_is_lost(
        self, offered: Enrolment, manager: User, as_user: LogIn
    ) -> None:
        answers = {"reason": "Hon, 850709-9805, slutar."}
        response = as_user(manager).post(url("decline_offer", offered.pk), answers)
        assert response.status_code == 422
        assert answers["reason"] in text(response)

    def test_too_late_it_says_what_happens_now(self, offered: Enrolment, manager: User, as_user: LogIn) -> None:
        with time_machine.travel(NOW + timedelta(days=6), tick=False):
            response = as_user(manager).post(url("accept_offer", offered.pk), follow=True)
        assert "goes to the next who waits" in text(response)

    def test_what_is_answered_already_says_so(self, offered: Enrolment, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        for _press in range(2):
            response = client.post(url("accept_offer", offered.pk), follow=True)
        assert "accepted already" in text(response)
        assert "There is no offer any more." in text(client.get(url("decline_offer", offered.pk)))


class TestOffers:
    def test_a_manager_sees_the_offers_to_her_municipality_the_most_urgent_first(
        self, offered: Enrolment, cohort: Cohort, lund: Municipality, malmo: Municipality, manager: User, as_user: LogIn
    ) -> None:
        OfferFactory(
            enrolment__cohort=cohort,
            enrolment__municipality=lund,
            enrolment__participant__last_name="Snar",
            expires=NOW + timedelta(days=1),
        )
        hers = {"enrolment__cohort": cohort, "enrolment__participant__last_name": "Granne"}
        OfferFactory(enrolment__municipality=malmo, **hers)

        page = text(as_user(manager).get(url("offers")))

        assert page.index("Åsa Snar") < page.index("Åsa Vald")
        assert "Granne" not in page

    def test_they_are_found_where_she_enrols_as_long_as_there_are_any(
        self, offered: Enrolment, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        page = text(client.get(url("enrol")))
        assert url("offers") in page
        assert "1 offered seat to answer" in page
        client.post(url("accept_offer", offered.pk))
        assert url("offers") not in text(client.get(url("enrol")))

    def test_without_any_it_says_when_there_will_be(self, manager: User, coordinator: User, as_user: LogIn) -> None:
        page = text(as_user(manager).get(url("offers")))
        assert "No seat waits for an answer" in page
        assert "you get an e-mail" in page
        assert "the manager gets an e-mail" in text(as_user(coordinator).get(url("offers")))

    def test_its_queries_do_not_grow(
        self, offered: Enrolment, cohort: Cohort, lund: Municipality, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        few = queries(client, url("offers"))
        OfferFactory.create_batch(10, enrolment__cohort=cohort, enrolment__municipality=lund)
        assert queries(client, url("offers")) == few <= 12


class TestCoordinator:
    def test_her_page_shows_who_waits_in_turn_and_why_and_who_has_an_offer(
        self, offered: Enrolment, cohort: Cohort, malmo: Municipality, coordinator: User, as_user: LogIn
    ) -> None:
        SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=2)
        EnrolmentFactory(cohort=cohort, waiting=True, participant__last_name="Tidig")
        EnrolmentFactory(cohort=cohort, waiting=True, municipality=malmo, participant__last_name="Egen")

        page = text(as_user(coordinator).get(url("cohort", cohort.pk)))

        waiting = page[page.index('id="waiting"') :]
        assert waiting.index("Åsa Egen") < waiting.index("The municipality has seats left") < waiting.index("Åsa Tidig")
        assert "<b>1</b> of them offered" in page
        assert url("take_back_offer", offered.pk) in page

    def test_a_seat_more_than_there_are_is_said_aloud(self, region: Any, coordinator: User, as_user: LogIn) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        EnrolmentFactory.create_batch(2, cohort=cohort)
        page = text(as_user(coordinator).get(url("cohort", cohort.pk)))
        assert "<b>2</b> of 1 seats taken" in page
        assert "1 seat more is taken than there are" in page

    def test_offers_and_those_who_wait_do_not_add_queries(
        self, offered: Enrolment, cohort: Cohort, coordinator: User, as_user: LogIn
    ) -> None:
        client = as_user(coordinator)
        EnrolmentFactory(cohort=cohort, waiting=True)
        few = queries(client, url("cohort", cohort.pk))
        OfferFactory.create_batch(5, enrolment__cohort=cohort)
        EnrolmentFactory.create_batch(5, cohort=cohort, waiting=True)
        assert queries(client, url("cohort", cohort.pk)) == few

    def test_she_gives_a_seat_out_of_turn(self, cohort: Cohort, coordinator: User, as_user: LogIn) -> None:
        EnrolmentFactory(cohort=cohort, waiting=True)
        second = EnrolmentFactory(cohort=cohort, waiting=True)
        client = as_user(coordinator)
        assert "is number 2 on the waiting list" in text(client.get(url("give_seat", second.pk)))

        response = client.post(url("give_seat", second.pk), {"beyond": "False", "reason": ""}, follow=True)

        assert "has got a seat" in text(response)
        second.refresh_from_db()
        assert second.status == EnrolmentStatus.ENROLLED

    def test_beyond_the_capacity_she_is_told_so_and_states_a_reason(
        self, region: Any, coordinator: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        EnrolmentFactory(cohort=cohort)
        waiting = EnrolmentFactory(cohort=cohort, waiting=True)
        client = as_user(coordinator)
        page = text(client.get(url("give_seat", waiting.pk)))
        assert "With this one 2 seats are taken of 1" in page
        assert 'name="beyond" value="True"' in page

        assert client.post(url("give_seat", waiting.pk), {"beyond": "True"}).status_code == 422
        client.post(url("give_seat", waiting.pk), {"beyond": "True", "reason": "Lokalen är större."})

        waiting.refresh_from_db()
        assert waiting.status == EnrolmentStatus.ENROLLED

    def test_if_the_last_seat_went_meanwhile_nobody_gets_one_beyond_unknowingly(
        self, region: Any, coordinator: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        waiting = EnrolmentFactory(cohort=cohort, waiting=True)
        EnrolmentFactory(cohort=cohort)

        response = as_user(coordinator).post(url("give_seat", waiting.pk), {"beyond": "False", "reason": "Nästa."})

        assert response.status_code == 422
        assert "The cohort is full" in text(response)
        assert 'name="beyond" value="True"' in text(response)
        waiting.refresh_from_db()
        assert waiting.status == EnrolmentStatus.WAITING

    def test_a_free_seat_that_is_kept_for_others_says_whose_loss_it_is(
        self, region: Any, lund: Municipality, malmo: Municipality, coordinator: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=1)
        waiting = EnrolmentFactory(cohort=cohort, municipality=lund, waiting=True)
        page = text(as_user(coordinator).get(url("give_seat", waiting.pk)))
        assert "1 seat is free, but it is kept for another municipality than Lund" in page

    def test_she_takes_an_offer_back_with_a_reason(self, offered: Enrolment, coordinator: User, as_user: LogIn) -> None:
        client = as_user(coordinator)
        assert "Nobody else waits for the seat" in text(client.get(url("take_back_offer", offered.pk)))
        assert client.post(url("take_back_offer", offered.pk), {"reason": ""}).status_code == 422

        response = client.post(url("take_back_offer", offered.pk), {"reason": "Fel omgång."}, follow=True)

        assert "The offer to Åsa Vald is taken back." in text(response)
        assert "Offer taken back" in text(response)
        offered.refresh_from_db()
        assert offered.status == EnrolmentStatus.WAITING
        assert "There is no offer any more." in text(client.get(url("take_back_offer", offered.pk)))
