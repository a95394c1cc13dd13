"""The pages on which an enrolment is changed: what they offer, say, refuse and do."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cohorts.choices import Effect, Fact
from cohorts.models import Cohort
from participants.actions import defer, enrol, withdraw
from participants.choices import EnrolmentStatus
from participants.models import Employment, Enrolment, Participant
from regions.models import Municipality
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    EnrolmentFactory,
    ParticipantFactory,
    SeatAllocationFactory,
)
from tests.participants.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_day")]
SUBSTITUTE = {
    "first_name": "Bo",
    "last_name": "Ek-Exempel",
    "email": "bo@example.org",
    "unit": "Barn och familj",
    "title": "Socialsekreterare",
    "employed_from": "2026-02-01",
    "reason": "Byter enhet.",
}


@pytest.fixture
def cohort(region: Any) -> Cohort:
    return CohortFactory(programme__region=region, name="Vår 2026", sessions=TODAY + timedelta(weeks=5))


@pytest.fixture
def later(cohort: Cohort) -> Cohort:
    return CohortFactory(programme=cohort.programme, name="Höst 2026", sessions=TODAY + timedelta(weeks=30))


@pytest.fixture
def enrolment(cohort: Cohort, lund: Municipality, manager: User) -> Enrolment:
    return enrol(cohort=cohort, person=person(lund), by=manager, now=NOW - timedelta(hours=1))


def page(name: str, enrolment: Enrolment) -> str:
    return reverse(f"participants:{name}", args=[enrolment.pk])


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


@pytest.mark.parametrize("leave", [withdraw, defer])
def test_the_page_of_who_has_left_asks_at_most_twelve_queries(
    leave: Any, enrolment: Enrolment, manager: User, as_user: Any, django_assert_max_num_queries: Any
) -> None:
    leave(enrolment=enrolment, by=manager, now=NOW)
    client = as_user(manager)

    with django_assert_max_num_queries(12):
        shown = client.get(page("enrolment", enrolment))

    assert page("undo_leaving", enrolment) in text_of(shown)


def test_the_enrolments_page_offers_what_can_be_done_now(
    enrolment: Enrolment, manager: User, coordinator: User, as_user: Any
) -> None:
    url = page("enrolment", enrolment)
    offered = text_of(as_user(manager).get(url))

    for name in ("substitute", "defer", "withdraw"):
        assert page(name, enrolment) in offered
    assert page("transfer", enrolment) not in offered
    assert page("transfer", enrolment) in text_of(as_user(coordinator).get(url))


def test_a_wrong_registration_is_offered_to_be_undone_to_whom_it_may_be_undone_by(
    cohort: Cohort, lund: Municipality, manager: User, coordinator: User, as_user: Any
) -> None:
    yesterday = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW - timedelta(days=1))
    withdraw(enrolment=yesterday, by=manager, now=NOW - timedelta(hours=2))
    again = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW - timedelta(hours=1))
    today = enrol(cohort=cohort, person=person(lund, email="bo@example.org"), by=manager, now=NOW)

    def offers(user: User, enrolment: Enrolment) -> bool:
        url = reverse("sessions:undo_registration", args=[enrolment.pk])
        return url in text_of(as_user(user).get(page("enrolment", enrolment)))

    assert [offers(manager, again), offers(manager, today), offers(coordinator, again)] == [False, True, True]


def test_no_dates_are_handed_out_before_there_is_a_seat(
    enrolment: Enrolment, lund: Municipality, manager: User, as_user: Any
) -> None:
    enrolment.programme.needs_approval = True
    enrolment.programme.save()
    cohort = Cohort.objects.get(pk=enrolment.cohort_id)
    applied = enrol(cohort=cohort, person=person(lund, email="bo@example.org"), by=manager, now=NOW)
    calendar = reverse("sessions:cohort_calendar", args=[cohort.pk])

    def confirmation(of: Enrolment) -> str:
        return text_of(as_user(manager).get(page("enrolment", of) + "?new=1"))

    assert applied.status == EnrolmentStatus.APPLIED
    assert [calendar in confirmation(enrolment), calendar in confirmation(applied)] == [True, False]


def test_a_confirmation_that_is_opened_again_promises_no_welcome_to_who_has_only_an_offer(
    enrolment: Enrolment, lund: Municipality, manager: User, as_user: Any
) -> None:
    Cohort.objects.update(capacity=1)
    cohort = Cohort.objects.get(pk=enrolment.cohort_id)
    waiting = enrol(cohort=cohort, person=person(lund, email="bo@example.org"), by=manager, now=NOW)
    withdraw(enrolment=enrolment, by=manager, now=NOW)

    again = text_of(as_user(manager).get(page("enrolment", waiting) + "?new=1"))

    assert "gets a welcome" not in again
    assert "A seat is offered" in again


@pytest.mark.parametrize("left", [False, True])
def test_what_can_be_done_is_found_in_few_queries(
    enrolment: Enrolment, coordinator: User, as_user: Any, left: bool
) -> None:
    if left:
        withdraw(enrolment=enrolment, by=coordinator, now=NOW)
    client, url = as_user(coordinator), page("enrolment", enrolment)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len(queries) <= 12


def test_a_withdrawal_can_be_undone_from_there(enrolment: Enrolment, manager: User, as_user: Any) -> None:
    withdraw(enrolment=enrolment, by=manager, now=NOW)
    client = as_user(manager)
    assert page("undo_leaving", enrolment) in text_of(client.get(page("enrolment", enrolment)))

    answer = client.post(page("undo_leaving", enrolment), follow=True)

    assert "Undone" in text_of(answer)
    enrolment.refresh_from_db()
    assert enrolment.status == EnrolmentStatus.ENROLLED


class TestWithdraw:
    """Whether it can be undone is said before and after, as it is."""

    @pytest.fixture
    def full(self, enrolment: Enrolment) -> Cohort:
        """With one seat, which Åsa has."""
        Cohort.objects.filter(pk=enrolment.cohort_id).update(capacity=1)
        return Cohort.objects.get(pk=enrolment.cohort_id)

    @staticmethod
    def said(enrolment: Enrolment, client: Any) -> tuple[str, str]:
        """Before and after."""
        url = page("withdraw", enrolment)
        return text_of(client.get(url)), text_of(client.post(url, {"reason": ""}, follow=True))

    def test_where_nobody_waits_it_can_be_undone(
        self, full: Cohort, enrolment: Enrolment, manager: User, as_user: Any
    ) -> None:
        before, after = self.said(enrolment, as_user(manager))

        assert "The seat is free at once." in before
        assert "Within a day you can undo it, as long as" in before
        assert "You can undo it here within a day." in after
        assert page("undo_leaving", enrolment) in after

    def test_where_someone_waits_she_is_offered_the_seat_and_it_cannot(
        self, full: Cohort, enrolment: Enrolment, manager: User, as_user: Any
    ) -> None:
        EnrolmentFactory(cohort=full, waiting=True)
        before, after = self.said(enrolment, as_user(manager))

        assert "offered to the next on the waiting list at once" in before
        assert "You can't undo it" in before
        assert "Within a day" not in before
        assert "It can't be undone. Someone else has got the seat." in unescape(after)
        assert page("undo_leaving", enrolment) not in after

    def test_where_someone_waits_and_another_seat_is_free_it_can(
        self, full: Cohort, enrolment: Enrolment, lund: Municipality, manager: User, as_user: Any
    ) -> None:
        Cohort.objects.update(capacity=2)
        SeatAllocationFactory(cohort=full, municipality=lund, seats=2)
        EnrolmentFactory(cohort=full, waiting=True)
        before, after = self.said(enrolment, as_user(manager))

        assert "Within a day you can undo it, as long as" in before
        assert page("undo_leaving", enrolment) in after

    def test_shortly_before_the_start_nobody_is_offered_it_and_it_can(
        self, full: Cohort, enrolment: Enrolment, manager: User, as_user: Any
    ) -> None:
        EnrolmentFactory(cohort=full, waiting=True)
        region = full.programme.region
        region.offers_stop_days, region.late_withdrawal_days = 60, 0
        region.save()
        before, after = self.said(enrolment, as_user(manager))

        assert "offered to the next" not in before
        assert page("undo_leaving", enrolment) in after

    def test_whose_employment_has_ended_cannot_come_back(
        self, full: Cohort, enrolment: Enrolment, manager: User, as_user: Any
    ) -> None:
        Employment.objects.update(ends=TODAY - timedelta(days=1))
        before, after = self.said(enrolment, as_user(manager))

        assert "You can't undo it afterwards." in before
        assert "The person has changed employer since." in after
        assert page("undo_leaving", enrolment) not in after

    def test_who_waited_can_come_back_and_no_seat_is_spoken_of(
        self, full: Cohort, lund: Municipality, manager: User, as_user: Any
    ) -> None:
        bo = person(lund, email="bo@example.org")
        waiting = enrol(cohort=full, person=bo, by=manager, now=NOW - timedelta(hours=1))
        before, after = self.said(waiting, as_user(manager))

        assert "Within a day you can undo it." in before
        assert "The seat is" not in before
        assert page("undo_leaving", waiting) in after


def test_a_late_withdrawal_says_so_first_and_asks_for_a_reason(
    lund: Municipality, manager: User, region: Any, as_user: Any
) -> None:
    soon = CohortFactory(programme__region=region, sessions=TODAY + timedelta(days=3))
    enrolment = enrol(cohort=soon, person=person(lund), by=manager, now=NOW)
    client, url = as_user(manager), page("withdraw", enrolment)

    assert "This is a late withdrawal" in text_of(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Slutar."}).status_code == 302
    assert "Withdrawn late" in text_of(client.get(page("enrolment", enrolment)))


class TestSubstitute:
    def test_she_has_the_seat_after_one_page(self, enrolment: Enrolment, manager: User, as_user: Any) -> None:
        client = as_user(manager)

        answer = client.post(page("substitute", enrolment), SUBSTITUTE, follow=True)

        new = Enrolment.objects.get(participant__email="bo@example.org")
        assert (new.status, new.continues) == (EnrolmentStatus.ENROLLED, enrolment)
        assert "has taken over the seat of Åsa" in text_of(answer)

    def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
        self, enrolment: Enrolment, manager: User, as_user: Any
    ) -> None:
        answer = as_user(manager).post(page("substitute", enrolment), SUBSTITUTE | {"email": "asa@example.org"})

        assert answer.status_code == 422
        assert 'value="Ek-Exempel"' in text_of(answer)
        enrolment.refresh_from_db()
        assert enrolment.status == EnrolmentStatus.ENROLLED

    def test_what_the_rules_warn_about_is_accepted_on_the_same_page(
        self, enrolment: Enrolment, manager: User, as_user: Any
    ) -> None:
        enrolment.programme.eligibility_rules.create(fact=Fact.EMPLOYED, effect=Effect.WARNING, months=1)
        client, url = as_user(manager), page("substitute", enrolment)

        asked = client.post(url, SUBSTITUTE)
        assert (asked.status_code, "This speaks against it" in text_of(asked)) == (422, True)
        assert client.post(url, SUBSTITUTE | {"asked": "1"}).status_code == 422
        assert client.post(url, SUBSTITUTE | {"asked": "1", "accepts_warnings": "on"}).status_code == 302

    @pytest.mark.parametrize(("answer", "people"), [("same", 2), ("different", 3)])
    def test_someone_of_that_name_is_offered_and_the_answer_counts(
        self, enrolment: Enrolment, lund: Municipality, manager: User, as_user: Any, answer: str, people: int
    ) -> None:
        known = ParticipantFactory(
            region=enrolment.cohort.region, first_name="Bo", last_name="Ek Exempel", email="ek@example.org"
        )
        elsewhere = CohortFactory(programme__region=known.region)
        EnrolmentFactory(cohort=elsewhere, participant=known, municipality=lund, withdrawn=True)
        client, url = as_user(manager), page("substitute", enrolment)

        asked = client.post(url, SUBSTITUTE)
        assert (asked.status_code, "Is this person registered already?" in text_of(asked)) == (422, True)
        assert client.post(url, SUBSTITUTE | {"asked": "1"}).status_code == 422

        same_as = str(known.pk) if answer == "same" else "different"
        assert client.post(url, SUBSTITUTE | {"asked": "1", "same_as": same_as}).status_code == 302
        assert Participant.objects.count() == people
        new = Enrolment.objects.get(continues=enrolment)
        assert (new.participant == known) is (answer == "same")


class TestDefer:
    def test_the_later_cohorts_are_offered_with_their_seats(
        self, enrolment: Enrolment, later: Cohort, manager: User, as_user: Any
    ) -> None:
        client, url = as_user(manager), page("defer", enrolment)
        assert "Höst 2026" in text_of(client.get(url))

        answer = client.post(url, {"to": str(later.pk), "reason": "Ledig."}, follow=True)

        assert "has a seat in Höst 2026" in text_of(answer)

    def test_a_seat_beyond_is_the_coordinators_and_takes_a_reason(
        self, enrolment: Enrolment, later: Cohort, manager: User, coordinator: User, as_user: Any
    ) -> None:
        url = page("defer", enrolment)
        assert 'name="beyond"' not in text_of(as_user(manager).get(url))

        answer = as_user(coordinator).post(url, {"to": str(later.pk), "beyond": "on"})

        assert answer.status_code == 422

    def test_who_is_deferred_without_a_cohort_is_placed_from_her_page(
        self, enrolment: Enrolment, later: Cohort, manager: User, as_user: Any
    ) -> None:
        client = as_user(manager)
        client.post(page("defer", enrolment), {"to": "", "reason": ""})
        assert page("place", enrolment) in text_of(client.get(page("enrolment", enrolment)))

        asked = client.get(page("place", enrolment))
        assert asked.context["form"]["to"].value() == str(later.pk)
        assert 'aria-current="page">Place in a cohort<' in text_of(asked)
        answer = client.post(page("place", enrolment), {"to": str(later.pk)}, follow=True)

        assert "has a seat in Höst 2026" in text_of(answer)

    def test_queries_do_not_grow_with_the_cohorts(
        self, enrolment: Enrolment, later: Cohort, manager: User, as_user: Any, django_assert_num_queries: Any
    ) -> None:
        client, url = as_user(manager), page("defer", enrolment)
        client.get(url)
        with CaptureQueriesContext(connection) as before:
            client.get(url)
        for week in range(6):
            CohortFactory(programme=enrolment.programme, sessions=TODAY + timedelta(weeks=31 + week))

        with django_assert_num_queries(len(before)):
            client.get(url)


class TestTransfer:
    def test_from_an_enrolment_that_has_ended_there_is_nothing_to_record(
        self, enrolment: Enrolment, malmo: Municipality, coordinator: User, as_user: Any
    ) -> None:
        withdraw(enrolment=enrolment, by=coordinator, now=NOW)
        client, url = as_user(coordinator), page("transfer", enrolment)
        sent = {"municipality": str(malmo.pk), "unit": "Unga", "title": "Soc", "starts": TODAY.isoformat()}

        assert "stays with the employer of its time" in text_of(client.get(url))
        assert client.post(url, sent).status_code == 422
        assert not Employment.objects.filter(municipality=malmo).exists()

    def test_a_day_ahead_and_a_seat_beyond_without_a_reason_are_refused_at_their_fields(
        self, enrolment: Enrolment, malmo: Municipality, coordinator: User, as_user: Any
    ) -> None:
        tomorrow = (TODAY + timedelta(days=1)).isoformat()
        sent = {"municipality": str(malmo.pk), "unit": "Unga", "title": "Soc", "starts": tomorrow, "beyond": "on"}

        answer = as_user(coordinator).post(page("transfer", enrolment), sent)

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"starts", "reason"}

    def test_it_is_recorded_and_said(
        self, enrolment: Enrolment, malmo: Municipality, coordinator: User, as_user: Any
    ) -> None:
        sent = {"municipality": str(malmo.pk), "unit": "Unga", "title": "Soc", "starts": TODAY.isoformat()}

        answer = as_user(coordinator).post(page("transfer", enrolment), sent, follow=True)

        assert "works with Malmö now" in text_of(answer)
        assert "Changed employer</b>: Malmö" in text_of(answer)
        assert f"Changed employer</b>: {enrolment.municipality}" in text_of(answer)
        enrolment.refresh_from_db()
        assert enrolment.municipality == malmo
