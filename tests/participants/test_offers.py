"""Free seats are offered to those who wait: made, answered, run out, taken back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort
from messaging.models import Message
from participants.actions import (
    accept_offer,
    decline_offer,
    give_seat,
    serve,
    serve_waiting_list,
    serve_waiting_lists,
    take_back_offer,
    withdraw,
)
from participants.choices import EnrolmentStatus, OfferAnswer
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, Offer
from regions.models import Municipality
from sessions.actions import change_cohort
from sessions.actions.change_cohort import details_of
from sessions.exceptions import PlanningRefused
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    OfferFactory,
    SeatAllocationFactory,
    local,
)

pytestmark = pytest.mark.django_db
FIVE_DAYS = timedelta(days=6)  # an offer made in the morning of one day lasts to the end of the fifth after it


def told(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).values_list("recipient", flat=True))


def status_of(enrolment: Enrolment) -> str:
    enrolment.refresh_from_db()
    return enrolment.status


def statuses(enrolments: Iterable[Enrolment]) -> list[str]:
    return [status_of(enrolment) for enrolment in enrolments]


@pytest.fixture
def small(region: Any) -> Cohort:
    """A cohort of one seat."""
    return CohortFactory(programme__region=region, capacity=1)


@pytest.fixture
def taken(small: Cohort, lund: Municipality, manager: User) -> Enrolment:
    """Who has the only seat."""
    return EnrolmentFactory(cohort=small, municipality=lund, manager=manager)


@pytest.fixture
def queue(taken: Enrolment, small: Cohort, lund: Municipality, manager: User) -> list[Enrolment]:
    """Two who wait for it, in turn."""
    return EnrolmentFactory.create_batch(2, cohort=small, municipality=lund, manager=manager, waiting=True)


@pytest.fixture
def offered(small: Cohort, lund: Municipality, manager: User) -> Enrolment:
    """Somebody who is offered the only seat."""
    return OfferFactory(enrolment__cohort=small, enrolment__municipality=lund, enrolment__manager=manager).enrolment


class TestMaking:
    def test_a_seat_that_is_given_up_is_offered_to_the_next_at_once_and_her_manager_is_told(
        self, taken: Enrolment, queue: list[Enrolment], manager: User
    ) -> None:
        withdraw(enrolment=taken, by=manager, now=NOW)

        assert statuses(queue) == [EnrolmentStatus.OFFERED, EnrolmentStatus.WAITING]
        offer = Offer.objects.get()
        assert (offer.enrolment, offer.made, offer.answer) == (queue[0], NOW, "")
        assert offer.expires == local(TODAY + timedelta(days=6), 0)
        assert told("enrolment.offered") == [manager.email]
        event = queue[0].events.get()
        assert (event.kind, event.status, event.by) == ("offered", "offered", None)

    def test_more_seats_are_offered_in_the_change_that_makes_them(
        self, queue: list[Enrolment], small: Cohort, coordinator: User
    ) -> None:
        details = replace(details_of(small), capacity=3)

        change_cohort(cohort=small, details=details, by=coordinator, now=NOW)

        assert statuses(queue) == [EnrolmentStatus.OFFERED] * 2

    def test_so_are_seats_that_are_no_longer_kept_for_others(
        self, region: Any, malmo: Municipality, coordinator: User
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=1)
        waiting = EnrolmentFactory(cohort=cohort, waiting=True)
        details = replace(details_of(cohort), seats={})

        change_cohort(cohort=cohort, details=details, by=coordinator, now=NOW)

        assert status_of(waiting) == EnrolmentStatus.OFFERED

    def test_when_the_release_date_comes_the_next_tick_offers_what_nobody_used(
        self, region: Any, malmo: Municipality
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1, release_date=date(2026, 3, 20))
        SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=1)
        waiting = EnrolmentFactory(cohort=cohort, waiting=True)

        serve_waiting_lists(now=local(date(2026, 3, 19), 23))
        assert status_of(waiting) == EnrolmentStatus.WAITING

        serve_waiting_lists(now=local(date(2026, 3, 20), 0))
        assert status_of(waiting) == EnrolmentStatus.OFFERED

    def test_no_offers_are_made_in_the_last_days_before_the_start(
        self, taken: Enrolment, queue: list[Enrolment], small: Cohort, manager: User, coordinator: User
    ) -> None:
        CohortSessionFactory(cohort=small, day=TODAY + timedelta(days=3))

        withdraw(enrolment=taken, by=manager, now=NOW, reason="Har slutat.")
        serve_waiting_lists(now=NOW)
        assert statuses(queue) == [EnrolmentStatus.WAITING] * 2

        give_seat(enrolment=queue[0], by=coordinator, now=NOW)
        assert status_of(queue[0]) == EnrolmentStatus.ENROLLED

    def test_an_offer_made_shortly_before_expires_when_offers_stop(
        self, taken: Enrolment, queue: list[Enrolment], small: Cohort, manager: User
    ) -> None:
        CohortSessionFactory(cohort=small, day=TODAY + timedelta(days=5))

        withdraw(enrolment=taken, by=manager, now=NOW, reason="Har slutat.")

        assert Offer.objects.get().expires == local(TODAY + timedelta(days=2), 0)

    def test_a_draft_makes_no_offers(self, region: Any) -> None:
        cohort = CohortFactory(programme__region=region, draft=True)
        waiting = EnrolmentFactory(cohort=cohort, waiting=True)
        assert serve_waiting_list(cohort=cohort, now=NOW) == []
        assert status_of(waiting) == EnrolmentStatus.WAITING


class TestAnswering:
    def test_who_accepts_has_the_seat(self, offered: Enrolment, manager: User) -> None:
        accept_offer(enrolment=offered, by=manager, now=NOW)

        assert status_of(offered) == EnrolmentStatus.ENROLLED
        offer = Offer.objects.get()
        assert (offer.answer, offer.answered, offer.by) == (OfferAnswer.ACCEPTED, NOW, manager)
        assert AuditEvent.objects.about(offered).get().action == "enrolment.accepted"
        assert told("enrolment.confirmed") == [manager.email]

    def test_who_declines_leaves_it_to_the_next(
        self, offered: Enrolment, small: Cohort, lund: Municipality, manager: User
    ) -> None:
        waiting = EnrolmentFactory(cohort=small, municipality=lund, waiting=True)

        decline_offer(enrolment=offered, by=manager, now=NOW, reason="Har slutat.")

        assert statuses([offered, waiting]) == [EnrolmentStatus.DECLINED, EnrolmentStatus.OFFERED]
        assert Offer.objects.get(enrolment=offered).answer == OfferAnswer.DECLINED
        assert offered.events.get().reason == "Har slutat."
        assert told("enrolment.declined") == [manager.email]

    def test_who_is_withdrawn_declines(self, offered: Enrolment, manager: User) -> None:
        withdraw(enrolment=offered, by=manager, now=NOW)
        assert Offer.objects.get().answer == OfferAnswer.DECLINED
        assert not Enrolment.objects.seated().exists()

    def test_after_the_deadline_it_is_too_late_even_before_anything_has_noticed(
        self, offered: Enrolment, manager: User
    ) -> None:
        accept_in_time = Offer.objects.get().expires - timedelta(seconds=1)
        with pytest.raises(EnrolmentRefused, match="ran out on 15 March 2026, 23:59") as refused:
            accept_offer(enrolment=offered, by=manager, now=NOW + FIVE_DAYS)
        assert "goes to the next who waits" in refused.value.reason

        accept_offer(enrolment=offered, by=manager, now=accept_in_time)
        assert status_of(offered) == EnrolmentStatus.ENROLLED

    @pytest.mark.parametrize("answer", [accept_offer, decline_offer])
    def test_an_offer_is_answered_once(self, offered: Enrolment, manager: User, answer: Any) -> None:
        accept_offer(enrolment=offered, by=manager, now=NOW)
        with pytest.raises(EnrolmentRefused, match="accepted already"):
            answer(enrolment=offered, by=manager, now=NOW)

    @pytest.mark.parametrize("answer", [accept_offer, decline_offer])
    def test_a_neighbour_does_not_answer(self, offered: Enrolment, neighbour: User, answer: Any) -> None:
        with pytest.raises(EnrolmentRefused, match="Only the employer"):
            answer(enrolment=offered, by=neighbour, now=NOW)
        assert status_of(offered) == EnrolmentStatus.OFFERED

    def test_a_coordinator_may_answer_for_the_employer(self, offered: Enrolment, coordinator: User) -> None:
        accept_offer(enrolment=offered, by=coordinator, now=NOW)
        assert status_of(offered) == EnrolmentStatus.ENROLLED


class TestRunningOut:
    def test_an_offer_that_nobody_answers_goes_to_the_next_and_both_managers_are_told(
        self, offered: Enrolment, small: Cohort, malmo: Municipality, manager: User, neighbour: User
    ) -> None:
        waiting = EnrolmentFactory(cohort=small, municipality=malmo, waiting=True, manager=neighbour)

        serve_waiting_lists(now=NOW + FIVE_DAYS)

        assert statuses([offered, waiting]) == [EnrolmentStatus.DECLINED, EnrolmentStatus.OFFERED]
        assert Offer.objects.get(enrolment=offered).answer == OfferAnswer.EXPIRED
        event = offered.events.get()
        assert (event.kind, event.status, event.by) == ("offer_expired", "declined", None)
        assert told("enrolment.offer_expired") == [manager.email]
        assert told("enrolment.offered") == [neighbour.email]

    def test_a_tick_too_early_or_twice_changes_nothing(self, offered: Enrolment) -> None:
        serve_waiting_lists(now=Offer.objects.get().expires - timedelta(seconds=1))
        assert status_of(offered) == EnrolmentStatus.OFFERED

        for _tick in range(2):
            serve_waiting_lists(now=NOW + FIVE_DAYS)
        assert offered.events.count() == 1
        assert len(told("enrolment.offer_expired")) == 1

    def test_a_cohort_that_fails_keeps_no_other_waiting(
        self, offered: Enrolment, region: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = OfferFactory(enrolment__cohort=CohortFactory(programme__region=region)).enrolment
        really = serve.serve_waiting_list

        def serving(*, cohort: Cohort, now: Any) -> Any:
            if cohort.pk == offered.cohort_id:
                raise OSError("a broken disk")
            return really(cohort=cohort, now=now)

        monkeypatch.setattr(serve, "serve_waiting_list", serving)
        serve_waiting_lists(now=NOW + FIVE_DAYS)

        assert statuses([offered, other]) == [EnrolmentStatus.OFFERED, EnrolmentStatus.DECLINED]


class TestTakingBack:
    def test_she_waits_again_at_her_place_and_the_seat_goes_to_the_next(
        self, offered: Enrolment, small: Cohort, coordinator: User, manager: User
    ) -> None:
        waiting = EnrolmentFactory(cohort=small, waiting=True)

        take_back_offer(enrolment=offered, by=coordinator, now=NOW, reason="Fel omgång.")

        assert statuses([offered, waiting]) == [EnrolmentStatus.WAITING, EnrolmentStatus.OFFERED]
        assert Offer.objects.get(enrolment=offered).answer == OfferAnswer.TAKEN_BACK
        assert offered.events.get().reason == "Fel omgång."
        assert told("enrolment.offer_taken_back") == [manager.email]

    def test_the_portal_makes_her_no_other_offer_but_the_coordinator_may_give_her_a_seat(
        self, offered: Enrolment, coordinator: User
    ) -> None:
        take_back_offer(enrolment=offered, by=coordinator, now=NOW, reason="Vi väntar.")
        serve_waiting_lists(now=NOW + timedelta(days=1))
        assert status_of(offered) == EnrolmentStatus.WAITING

        give_seat(enrolment=offered, by=coordinator, now=NOW + timedelta(days=1))
        assert status_of(offered) == EnrolmentStatus.ENROLLED

    def test_only_the_regions_coordinator_does_and_says_why(
        self, offered: Enrolment, manager: User, coordinator: User
    ) -> None:
        with pytest.raises(EnrolmentRefused, match="Only the region's coordinator"):
            take_back_offer(enrolment=offered, by=manager, now=NOW, reason="Nej.")
        with pytest.raises(EnrolmentRefused, match="State a reason"):
            take_back_offer(enrolment=offered, by=coordinator, now=NOW, reason=" ")
        assert status_of(offered) == EnrolmentStatus.OFFERED


class TestBeyond:
    def test_a_coordinator_gives_a_seat_beyond_the_capacity_with_a_reason(
        self, queue: list[Enrolment], small: Cohort, coordinator: User
    ) -> None:
        with pytest.raises(EnrolmentRefused, match="full"):
            give_seat(enrolment=queue[1], by=coordinator, now=NOW)

        give_seat(enrolment=queue[1], by=coordinator, now=NOW, beyond=True, reason="Lokalen är större.")

        assert Enrolment.objects.seated().count() == small.capacity + 1
        assert queue[1].events.get().reason == "Lokalen är större."

    def test_nobody_is_offered_the_seat_that_brings_it_back_to_the_capacity(
        self, taken: Enrolment, queue: list[Enrolment], manager: User, coordinator: User
    ) -> None:
        give_seat(enrolment=queue[1], by=coordinator, now=NOW, beyond=True, reason="Lokalen är större.")

        withdraw(enrolment=taken, by=manager, now=NOW)

        assert status_of(queue[0]) == EnrolmentStatus.WAITING

    def test_an_overbooked_cohort_can_still_be_changed_but_not_made_smaller(
        self, queue: list[Enrolment], small: Cohort, coordinator: User
    ) -> None:
        give_seat(enrolment=queue[1], by=coordinator, now=NOW, beyond=True, reason="Lokalen är större.")
        details = replace(details_of(small), name="Höst 2026")
        change_cohort(cohort=small, details=details, by=coordinator, now=NOW)
        small.refresh_from_db()
        assert small.name == "Höst 2026"

        details = replace(details_of(small), capacity=0)
        with pytest.raises(PlanningRefused, match="2 seats are taken"):
            change_cohort(cohort=small, details=details, by=coordinator, now=NOW)
