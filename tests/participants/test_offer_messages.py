"""What managers read in their mail about offers, and when nothing is sent any more."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from cohorts.models import Cohort
from messaging import kinds
from messaging.actions.queue import materialise
from messaging.models import Message
from participants.actions import accept_offer, decline_offer, serve_waiting_lists, take_back_offer, withdraw
from participants.models import Enrolment, Offer
from regions.models import Municipality
from tests.factories import NOW, TODAY, CohortSessionFactory, EnrolmentFactory, OfferFactory, local

pytestmark = pytest.mark.django_db
LAST_DAY = TODAY + timedelta(days=5)  # of OfferFactory's offers
REMINDED = local(LAST_DAY - timedelta(days=1), 7)


@pytest.fixture
def offer(cohort: Cohort, lund: Municipality, manager: User) -> Offer:
    return OfferFactory(
        enrolment__cohort=cohort,
        enrolment__municipality=lund,
        enrolment__manager=manager,
        enrolment__reference="ABC123",
    )


def messages(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=f"enrolment.{kind}"))


def holds(message: Message, now: datetime = NOW) -> bool:
    return kinds.get(message.kind).still_holds(message, now)


def make_offer(cohort: Cohort, lund: Municipality, manager: User) -> Message:
    EnrolmentFactory(cohort=cohort, municipality=lund, manager=manager, waiting=True)
    serve_waiting_lists(now=NOW)
    [message] = messages("offered")
    return message


@pytest.mark.parametrize("kind", ["offered", "offer_reminder", "declined", "offer_expired", "offer_taken_back"])
def test_a_mail_names_cohort_reference_and_deadline_and_of_the_person_her_first_name_only(
    offer: Offer, coordinator: User, manager: User, kind: str
) -> None:
    enrolment = offer.enrolment
    if kind == "offered":
        make_offer(enrolment.cohort, enrolment.municipality, manager)
        enrolment = Enrolment.objects.exclude(pk=enrolment.pk).get()
    elif kind == "offer_reminder":
        materialise(now=REMINDED)
    elif kind == "declined":
        decline_offer(enrolment=enrolment, by=manager, now=NOW)
    elif kind == "offer_expired":
        serve_waiting_lists(now=offer.expires)
    else:
        take_back_offer(enrolment=enrolment, by=coordinator, now=NOW, reason="Fel omgång.")
    [message] = messages(kind)
    assert holds(message)
    assert message.recipient == manager.email

    content = kinds.get(message.kind).render(message)

    assert "Åsa" in content.subject
    for part in (content.text, content.html):
        assert enrolment.reference in part
        assert enrolment.cohort.name in part
        assert f"/anmalan/visa/{enrolment.pk}/" in part
        assert "Öberg" not in part + content.subject
        if kind in ("offered", "offer_reminder", "offer_expired"):
            assert "15 March 2026, 23:59" in part


class TestReminder:
    def test_it_comes_once_in_the_morning_of_the_day_before_the_last(self, offer: Offer) -> None:
        materialise(now=REMINDED - timedelta(minutes=1))
        assert messages("offer_reminder") == []

        for minutes in (0, 1, 60, 24 * 60):
            materialise(now=REMINDED + timedelta(minutes=minutes))
        [message] = messages("offer_reminder")
        assert (message.due, message.expires) == (REMINDED, offer.expires)

    def test_who_got_the_offer_no_earlier_is_not_reminded_of_it(self, offer: Offer) -> None:
        Offer.objects.update(made=REMINDED)
        materialise(now=REMINDED + timedelta(hours=1))
        assert messages("offer_reminder") == []

    def test_what_is_answered_is_not_reminded_of(self, offer: Offer, manager: User) -> None:
        materialise(now=REMINDED)
        [message] = messages("offer_reminder")

        accept_offer(enrolment=offer.enrolment, by=manager, now=REMINDED)

        assert not holds(message, REMINDED)
        materialise(now=REMINDED + timedelta(hours=1))
        assert len(messages("offer_reminder")) == 1


class TestWhatNoLongerHolds:
    def test_an_offer_that_is_answered_or_has_run_out(self, cohort: Cohort, lund: Municipality, manager: User) -> None:
        message = make_offer(cohort, lund, manager)
        assert holds(message)
        assert not holds(message, Offer.objects.get().expires)

        withdraw(enrolment=Enrolment.objects.get(), by=manager, now=NOW)

        assert not holds(message)

    def test_a_second_offer_to_the_same_person_is_another_message(self, offer: Offer, manager: User) -> None:
        again = OfferFactory(enrolment=EnrolmentFactory(cohort=offer.enrolment.cohort), answer="expired", answered=NOW)
        assert again.pk != offer.pk
        serve_waiting_lists(now=offer.expires)
        serve_waiting_lists(now=offer.expires)
        assert len(messages("offer_expired")) == 1


class TestWaitingInVain:
    def test_when_the_cohort_has_started_the_manager_of_who_still_waits_is_told_once(
        self, cohort: Cohort, lund: Municipality, manager: User, neighbour: User
    ) -> None:
        first = CohortSessionFactory(cohort=cohort)
        CohortSessionFactory(cohort=cohort, module=cohort.modules[1], day=TODAY + timedelta(weeks=7))
        waiting = EnrolmentFactory(cohort=cohort, municipality=lund, manager=manager, waiting=True)
        EnrolmentFactory(cohort=cohort, municipality=lund, manager=manager)

        materialise(now=first.starts - timedelta(minutes=1))
        assert messages("no_seat") == []

        for days in (0, 1, 6, 30):
            materialise(now=first.starts + timedelta(days=days))
        [message] = messages("no_seat")
        assert (message.recipient, message.refs["enrolment"]) == (manager.email, str(waiting.pk))
        assert holds(message)
        content = kinds.get(message.kind).render(message)
        assert "has started" in content.text
        assert "Öberg" not in content.subject + content.text + content.html

    def test_not_if_a_seat_was_found_meanwhile(
        self, cohort: Cohort, lund: Municipality, manager: User, coordinator: Any
    ) -> None:
        first = CohortSessionFactory(cohort=cohort)
        waiting = EnrolmentFactory(cohort=cohort, municipality=lund, manager=manager, waiting=True)
        materialise(now=first.starts)
        [message] = messages("no_seat")

        withdraw(enrolment=waiting, by=coordinator, now=first.starts, reason="Går en annan kurs.")

        assert not holds(message)
