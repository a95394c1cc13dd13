"""Whatever people do to enrolments, in whatever order: what must always hold, holds after every step.

Hypothesis makes up the stories, on the real database, and shortens the first that goes wrong. Time passes only by the
rule that says so; the portal's tick follows it at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cohorts.models import Cohort
from common.clock import local_date
from common.exceptions import Refused
from participants import actions
from participants.actions.transfer import Workplace
from participants.choices import ACTIVE, Criterion, EnrolmentStatus
from participants.models import Employment, Enrolment, Offer, Participant
from participants.offering import new_offer_expires
from participants.rules.approval import Grounds
from participants.rules.seats import Seats
from participants.seating import positions, seats_of
from regions.choices import WaitingListOrder
from sessions.actions import change_cohort
from sessions.actions.change_cohort import details_of
from tests import factories
from tests.factories import NOW, TODAY
from tests.participants.people import person

STORIES = 12
STEPS = 25
PEOPLE = 8
REASON = "Så har vi bestämt."
GROUNDS = Grounds((Criterion.OTHER,), REASON)

a_person = st.integers(0, PEOPLE - 1)
a_municipality = st.integers(0, 2)
a_cohort = st.integers(0, 1)
one_of_them = st.integers(0, 99)
an_actor = st.booleans()


class Enrolling(RuleBasedStateMachine):
    """Two cohorts of a programme and a few more people than they have seats for, from three municipalities."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(
        capacity=st.integers(1, 4),
        kept=st.lists(st.integers(0, 2), min_size=3, max_size=3),
        order=st.sampled_from(WaitingListOrder.values),
        release=st.none() | st.integers(1, 8),
        approval=st.booleans(),
    )
    def begin(self, capacity: int, kept: list[int], order: str, release: int | None, approval: bool) -> None:
        self.now = NOW
        self.seen: dict[UUID, str] = {}
        self.beyond: dict[UUID, bool] = {}
        self.region = factories.RegionFactory(waiting_list_order=order, offer_days=2)
        self.places: list[Any] = [factories.MunicipalityFactory(region=self.region) for _place in range(3)]
        self.managers = [factories.manager(place) for place in self.places]
        self.coordinator = factories.coordinator(self.region)
        programme = factories.ProgrammeFactory(region=self.region, modules=1, needs_approval=approval)
        self.cohorts: list[Any] = [
            factories.CohortFactory(
                programme=programme,
                capacity=capacity,
                release_date=TODAY + timedelta(days=release) if release else None,
            )
            for _cohort in range(2)
        ]
        for weeks, cohort in enumerate(self.cohorts):
            factories.CohortSessionFactory(cohort=cohort, day=TODAY + timedelta(days=14 + 28 * weeks))
        for place, seats in zip(self.places, kept, strict=True):
            if sum(kept) <= capacity and seats:
                factories.SeatAllocationFactory(cohort=self.cohorts[0], municipality=place, seats=seats)
        self.before = self.seats_by_cohort()

    # What people do

    @rule(number=a_person, place=a_municipality, cohort=a_cohort, coordinated=an_actor)
    def enrol(self, number: int, place: int, cohort: int, coordinated: bool) -> None:
        with self.step():
            actions.enrol(
                cohort=self.cohorts[cohort],
                person=self.person(number, place),
                by=self.coordinator if coordinated else self.managers[place],
                now=self.now,
            )

    @rule(which=one_of_them, coordinated=an_actor)
    def withdraw(self, which: int, coordinated: bool) -> None:
        self.change(which, actions.withdraw, coordinated, reason=REASON)

    @rule(which=one_of_them, coordinated=an_actor)
    def undo_leaving(self, which: int, coordinated: bool) -> None:
        self.change(which, actions.undo_leaving, coordinated, among=[EnrolmentStatus.WITHDRAWN])

    @rule(which=one_of_them, coordinated=an_actor)
    def accept(self, which: int, coordinated: bool) -> None:
        self.change(which, actions.accept_offer, coordinated, among=[EnrolmentStatus.OFFERED])

    @rule(which=one_of_them, coordinated=an_actor)
    def decline(self, which: int, coordinated: bool) -> None:
        self.change(which, actions.decline_offer, coordinated, among=[EnrolmentStatus.OFFERED])

    @rule(which=one_of_them)
    def take_back(self, which: int) -> None:
        self.change(which, actions.take_back_offer, True, among=[EnrolmentStatus.OFFERED], reason=REASON)

    @rule(which=one_of_them)
    def give_seat(self, which: int) -> None:
        self.change(which, actions.give_seat, True, among=[EnrolmentStatus.WAITING])

    @rule(which=one_of_them)
    def give_seat_beyond(self, which: int) -> None:
        waiting = [EnrolmentStatus.WAITING]
        self.change(which, actions.give_seat, True, among=waiting, beyond=True, reason=REASON)

    @rule(which=one_of_them)
    def approve(self, which: int) -> None:
        if enrolment := self.one(which, [EnrolmentStatus.APPLIED]):
            with self.step():
                actions.approve(enrolments=[enrolment], grounds=GROUNDS, by=self.coordinator, now=self.now)

    @rule(which=one_of_them)
    def reject(self, which: int) -> None:
        if enrolment := self.one(which, [EnrolmentStatus.APPLIED]):
            with self.step():
                actions.reject(
                    enrolments=[enrolment], reason=REASON, grounds=GROUNDS, by=self.coordinator, now=self.now
                )

    @rule(which=one_of_them)
    def reopen(self, which: int) -> None:
        self.change(which, actions.reopen, True, among=[EnrolmentStatus.REJECTED])

    @rule(which=one_of_them, number=a_person)
    def substitute(self, which: int, number: int) -> None:
        if enrolment := self.one(which, [EnrolmentStatus.ENROLLED]):
            newcomer = self.person(number, self.places.index(enrolment.municipality))
            self.change(which, actions.substitute, True, among=[EnrolmentStatus.ENROLLED], person=newcomer)

    @rule(which=one_of_them, later=st.booleans(), beyond=st.booleans())
    def defer(self, which: int, later: bool, beyond: bool) -> None:
        to = self.cohorts[1] if later else None
        options = {"beyond": beyond, "reason": REASON}
        self.change(which, actions.defer, True, among=[EnrolmentStatus.ENROLLED], to=to, **options)

    @rule(which=one_of_them, beyond=st.booleans())
    def place_deferred(self, which: int, beyond: bool) -> None:
        options = {"to": self.cohorts[1], "beyond": beyond, "reason": REASON}
        self.change(which, actions.place_deferred, True, among=[EnrolmentStatus.DEFERRED], **options)

    @rule(which=one_of_them, place=a_municipality, beyond=st.booleans())
    def transfer(self, which: int, place: int, beyond: bool) -> None:
        if enrolment := self.one(which, ACTIVE):
            to = Workplace(self.places[place], "Vuxna", "Socialsekreterare", starts=local_date(self.now))
            with self.step(beyond=beyond):
                actions.transfer(
                    participant=enrolment.participant,
                    to=to,
                    by=self.coordinator,
                    now=self.now,
                    beyond=beyond,
                    reason=REASON,
                )

    @rule(cohort=a_cohort, capacity=st.integers(1, 6))
    def change_capacity(self, cohort: int, capacity: int) -> None:
        self.plan(cohort, capacity=capacity)

    @rule(cohort=a_cohort, kept=st.lists(st.integers(0, 2), min_size=3, max_size=3))
    def share_out(self, cohort: int, kept: list[int]) -> None:
        seats = {place: seats for place, seats in zip(self.places, kept, strict=True) if seats}
        self.plan(cohort, seats=seats)

    @rule(cohort=a_cohort, days=st.integers(-1, 8))
    def change_release_date(self, cohort: int, days: int) -> None:
        self.plan(cohort, release_date=local_date(self.now) + timedelta(days=days))

    @rule(order=st.sampled_from(WaitingListOrder.values), stop=st.integers(0, 10))
    def change_settings(self, order: str, stop: int) -> None:
        self.region.waiting_list_order, self.region.offers_stop_days = order, stop
        self.region.save()
        self.tick()

    @rule(hours=st.sampled_from([1, 24, 72]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.tick()

    # What must always hold

    @invariant()
    def seats_are_given_once(self) -> None:
        """No more people than seats, and none from one municipality at the cost of another's, but what was let through.

        What is too many already may stay so, and shrink: by a coordinator's word, or since a cohort was planned anew.
        """
        for pk, seats in self.seats_by_cohort().items():
            before, excused = self.before[pk], self.beyond.get(pk, False)
            if not excused:
                assert seats.overbooked <= before.overbooked
                assert beyond_the_pool(seats) <= beyond_the_pool(before)
            assert seats.held == Enrolment.objects.seated().filter(cohort=pk).count()
        self.before = self.seats_by_cohort()
        self.beyond = {}

    @invariant()
    def a_person_is_in_a_programme_once(self) -> None:
        active = Counter(Enrolment.objects.filter(status__in=ACTIVE).values_list("participant", "programme"))
        assert all(number == 1 for number in active.values())

    @invariant()
    def employments_never_overlap(self) -> None:
        periods: dict[UUID, list[Employment]] = defaultdict(list)
        for employment in Employment.objects.order_by("participant", "starts"):
            for earlier in periods[employment.participant_id]:
                assert earlier.ends is not None
                assert earlier.ends < employment.starts
            periods[employment.participant_id].append(employment)

    @invariant()
    def who_waits_has_one_place(self) -> None:
        for cohort in self.cohorts:
            places = positions(seats_of(cohort, today=local_date(self.now)))
            waiting = Enrolment.objects.waiting().filter(cohort=cohort)
            assert set(places) == set(waiting.values_list("pk", flat=True))
            assert sorted(places.values()) == list(range(1, len(places) + 1))

    @invariant()
    def who_is_offered_a_seat_has_one_open_offer(self) -> None:
        offered = Enrolment.objects.filter(status=EnrolmentStatus.OFFERED).values_list("pk", flat=True)
        assert sorted(Offer.objects.open().values_list("enrolment", flat=True)) == sorted(offered)
        assert not Offer.objects.open().filter(expires__lte=self.now).exists()

    @invariant()
    def nobody_waits_for_a_seat_that_she_could_have(self) -> None:
        """In the same moment in which it becomes free, not by the next tick: that comes only when time passes."""
        for cohort in Cohort.objects.select_related("programme__region"):
            if new_offer_expires(cohort, now=self.now):
                assert seats_of(cohort, today=local_date(self.now)).next_in_turn() == []

    @invariant()
    def history_tells_how_it_stands(self) -> None:
        for enrolment in Enrolment.objects.prefetch_related("events"):
            changes = [event for event in enrolment.events.all() if event.status]
            last = max(changes, key=lambda event: (event.at, event.created))
            assert last.status == enrolment.status
            if self.seen.get(enrolment.pk, "") != enrolment.status:
                assert last.at == self.now
            self.seen[enrolment.pk] = enrolment.status
            assert enrolment.municipality_id == enrolment.employment.municipality_id

    # How it is told

    @contextmanager
    def step(self, *, beyond: bool = False) -> Iterator[None]:
        """What is refused leaves nothing behind; what happens at one moment happens a second after the last."""
        self.now += timedelta(seconds=1)
        self.beyond = dict.fromkeys((cohort.pk for cohort in self.cohorts), beyond)
        try:
            with transaction.atomic():
                yield
        except Refused:
            return

    def change(
        self,
        which: int,
        action: Callable[..., Any],
        coordinated: bool,
        *,
        among: list[EnrolmentStatus] | tuple[EnrolmentStatus, ...] = ACTIVE,
        **options: Any,
    ) -> None:
        """Let the coordinator or the manager do `action` to one of those that have such a status."""
        if enrolment := self.one(which, among):
            by = self.coordinator if coordinated else self.managers[self.places.index(enrolment.municipality)]
            with self.step(beyond=options.get("beyond", False)):
                action(enrolment=enrolment, by=by, now=self.now, **options)

    def one(self, which: int, among: Any) -> Enrolment | None:
        """One of those that have such a status, in an order that is the same each time a story is told."""
        found = Enrolment.objects.filter(status__in=among).with_people()
        enrolments = sorted(found, key=lambda one: (one.participant.email, self.cohorts.index(one.cohort)))
        return enrolments[which % len(enrolments)] if enrolments else None

    def plan(self, cohort: int, **changes: Any) -> None:
        details = details_of(self.cohorts[cohort])
        with self.step(beyond=True):
            change_cohort(
                cohort=self.cohorts[cohort], details=replace(details, **changes), by=self.coordinator, now=self.now
            )
            self.cohorts[cohort] = Cohort.objects.get(pk=self.cohorts[cohort].pk)
            self.before = self.seats_by_cohort()

    def tick(self) -> None:
        actions.serve_waiting_lists(now=self.now)

    def person(self, number: int, place: int) -> Any:
        known = Participant.objects.filter(email=f"applicant{number}@example.org").first()
        name = known.last_name if known else f"Öberg-Exempel {chr(97 + number)}"
        return person(self.places[place], last_name=name, email=f"applicant{number}@example.org")

    def seats_by_cohort(self) -> dict[UUID, Seats]:
        cohorts = Cohort.objects.select_related("programme__region")
        return {cohort.pk: seats_of(cohort, today=local_date(self.now)) for cohort in cohorts}


def beyond_the_pool(seats: Seats) -> int:
    """How many more people there are than their municipalities' own seats and the common ones together."""
    if seats.released:
        return 0
    pool = seats.capacity - sum(seats.allocated.values())
    return max(0, sum(max(0, taken - seats.allocated.get(place, 0)) for place, taken in seats.taken.items()) - pool)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_what_must_always_hold_holds_whatever_people_do() -> None:
    with translation.override("en"):
        run_state_machine_as_test(
            Enrolling,
            settings=settings(
                max_examples=STORIES,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
