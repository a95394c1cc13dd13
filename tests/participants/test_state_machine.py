"""Whatever people do to enrolments, in whatever order: what must always hold, holds after every step.

Hypothesis makes up the stories, on the real database, and shortens the first that goes wrong. Time passes only by the
rule that says so; the portal's tick follows it at once, or is late. What must hold is in stories/holding.py, how a
story begins in stories/telling.py; here is what people do.

    STORIES=500 .venv/bin/pytest --timeout 0 tests/participants/test_state_machine.py

tells more stories than the few of each run, some minutes long. A story that went wrong is told again first, as long as
`.hypothesis` keeps it; elsewhere by the line that a failure prints, @reproduce_failure(…), above `class Enrolling`. All
that happens in it follows from what Hypothesis chose: identities and references are random, and decide nothing.
"""

import os
from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from participants import actions
from participants.actions.transfer import Workplace
from participants.choices import ACTIVE, Criterion, EnrolmentStatus
from participants.importing.plan import plan_of
from participants.models import Enrolment, Import
from participants.rules.approval import Grounds
from regions.choices import WaitingListOrder
from sessions.actions import undo_registration
from tests.participants import files
from tests.participants.stories.telling import Story, a_cohort, a_municipality, a_person, among, some_seats

STORIES = int(os.environ.get("STORIES", "20"))
STEPS = 25
REASON = "Så har vi bestämt."
GROUNDS = Grounds((Criterion.OTHER,), REASON)
APPLIED, WAITING, OFFERED, ENROLLED = (
    EnrolmentStatus.APPLIED,
    EnrolmentStatus.WAITING,
    EnrolmentStatus.OFFERED,
    EnrolmentStatus.ENROLLED,
)

one_of_them = st.integers(0, 99)
an_actor = st.booleans()


class Enrolling(Story):
    """What coordinators and managers do, each by the action that her page calls."""

    @rule(number=a_person, place=a_municipality, cohort=a_cohort, coordinated=an_actor)
    def enrol(self, number: int, place: int, cohort: int, coordinated: bool) -> None:
        by = self.coordinator if coordinated else self.managers[place]
        with self.step():
            actions.enrol(cohort=self.cohorts[cohort], person=self.person(number, place), by=by, now=self.now)

    @rule(numbers=st.lists(a_person, min_size=1, max_size=4, unique=True), place=a_municipality, cohort=a_cohort)
    def confirm_list(self, numbers: list[int], place: int, cohort: int) -> None:
        """A worker carries it out when she comes."""
        people = [self.person(number, place) for number in numbers]
        content = files.csv(*(files.row(last_name=one.last_name, email=one.email) for one in people))
        by, now = self.managers[place], self.now
        with self.step():
            upload = actions.start_import(
                cohort=self.cohorts[cohort],
                municipality=self.places[place],
                filename="",
                content=content,
                by=by,
                now=now,
            )
            actions.confirm_import(upload=upload, seen=plan_of(upload, by=by, now=now).fingerprint, by=by, now=now)

    @precondition(lambda story: Import.objects.under_way().exists())
    @rule()
    def carry_out_list(self) -> None:
        """All of it, or nothing: there are as many new enrolments as the list promised, or none."""
        with self.step():
            upload = actions.claim_import(now=self.now)
            assert upload
            done = actions.carry_out_import(upload=upload, now=self.now)
            placed = Enrolment.objects.filter(applied__gte=self.now).count()
            assert placed == (done.people if done.confirmed else 0)

    @among(*ACTIVE)
    @rule(which=one_of_them, coordinated=an_actor)
    def withdraw(self, which: int, coordinated: bool) -> None:
        self.change(which, actions.withdraw, *ACTIVE, coordinated=coordinated, reason=REASON)

    @among(EnrolmentStatus.WITHDRAWN, EnrolmentStatus.DEFERRED)
    @rule(which=one_of_them, coordinated=an_actor)
    def undo_leaving(self, which: int, coordinated: bool) -> None:
        left = (EnrolmentStatus.WITHDRAWN, EnrolmentStatus.DEFERRED)
        self.change(which, actions.undo_leaving, *left, coordinated=coordinated)

    @among(*ACTIVE)
    @rule(which=one_of_them)
    def undo_registration(self, which: int) -> None:
        self.change(which, undo_registration, *ACTIVE)

    @among(OFFERED)
    @rule(which=one_of_them, coordinated=an_actor, late=st.booleans())
    def accept(self, which: int, coordinated: bool, late: bool) -> None:
        """In time only, also if no tick has ended the offer yet; the next one does."""
        offered, by = self.one(which, OFFERED, coordinated=coordinated)
        expires = offered.offers.open().get().expires
        if late:
            self.now = max(self.now, expires)
        in_time = expires > self.now + timedelta(seconds=1)
        with self.step():
            actions.accept_offer(enrolment=offered, by=by, now=self.now)
            assert in_time
        if late:
            self.tick()

    @among(OFFERED)
    @rule(which=one_of_them, coordinated=an_actor)
    def decline(self, which: int, coordinated: bool) -> None:
        self.change(which, actions.decline_offer, OFFERED, coordinated=coordinated)

    @among(OFFERED)
    @rule(which=one_of_them)
    def take_back(self, which: int) -> None:
        self.change(which, actions.take_back_offer, OFFERED, reason=REASON)

    @among(WAITING)
    @rule(which=one_of_them)
    def give_seat(self, which: int) -> None:
        self.change(which, actions.give_seat, WAITING)

    @among(WAITING)
    @rule(which=one_of_them)
    def give_seat_beyond(self, which: int) -> None:
        self.change(which, actions.give_seat, WAITING, beyond=True, reason=REASON)

    @among(APPLIED)
    @rule()
    def approve(self) -> None:
        with self.step():
            applied = self.scene.those(APPLIED)
            actions.approve(enrolments=applied, grounds=GROUNDS, by=self.coordinator, now=self.now)

    @among(APPLIED)
    @rule(which=one_of_them)
    def reject(self, which: int) -> None:
        applied, by = self.one(which, APPLIED)
        with self.step():
            actions.reject(enrolments=[applied], reason=REASON, grounds=GROUNDS, by=by, now=self.now)

    @among(EnrolmentStatus.REJECTED)
    @rule(which=one_of_them)
    def reopen(self, which: int) -> None:
        self.change(which, actions.reopen, EnrolmentStatus.REJECTED)

    @among(ENROLLED)
    @rule(which=one_of_them, number=a_person)
    def substitute(self, which: int, number: int) -> None:
        enrolment, _by = self.one(which, ENROLLED)
        place = self.places.index(Enrolment.objects.get(pk=enrolment.pk).municipality)
        self.change(which, actions.substitute, ENROLLED, person=self.person(number, place))

    @among(ENROLLED)
    @rule(which=one_of_them, later=st.booleans(), beyond=st.booleans())
    def defer(self, which: int, later: bool, beyond: bool) -> None:
        to = self.cohorts[1] if later else None
        self.change(which, actions.defer, ENROLLED, to=to, beyond=beyond, reason=REASON)

    @among(EnrolmentStatus.DEFERRED)
    @rule(which=one_of_them, beyond=st.booleans())
    def place_deferred(self, which: int, beyond: bool) -> None:
        options = {"to": self.cohorts[1], "beyond": beyond, "reason": REASON}
        self.change(which, actions.place_deferred, EnrolmentStatus.DEFERRED, **options)

    @among(*ACTIVE)
    @rule(which=one_of_them, place=a_municipality, days=st.integers(0, 3), beyond=st.booleans())
    def transfer(self, which: int, place: int, days: int, beyond: bool) -> None:
        starts = self.today - timedelta(days=days)
        to = Workplace(self.places[place], "Vuxna", "Socialsekreterare", starts=starts)
        enrolment, by = self.one(which, *ACTIVE)
        with self.step(leave=beyond):
            actions.transfer(
                participant=enrolment.participant, to=to, by=by, now=self.now, beyond=beyond, reason=REASON
            )

    @rule(cohort=a_cohort, capacity=st.integers(1, 6))
    def change_capacity(self, cohort: int, capacity: int) -> None:
        self.plan(cohort, capacity=capacity)

    @rule(cohort=a_cohort, kept=some_seats)
    def share_out(self, cohort: int, kept: list[int]) -> None:
        self.plan(cohort, seats={place: seats for place, seats in zip(self.places, kept, strict=True) if seats})

    @rule(cohort=a_cohort, days=st.integers(-1, 8))
    def change_release_date(self, cohort: int, days: int) -> None:
        self.plan(cohort, release_date=self.today + timedelta(days=days))

    @rule(order=st.sampled_from(WaitingListOrder.values), stop=st.integers(0, 10))
    def change_settings(self, order: str, stop: int) -> None:
        self.region.waiting_list_order, self.region.offers_stop_days = order, stop
        self.region.save()
        self.now += timedelta(seconds=1)
        self.tick()

    @rule(hours=st.sampled_from([1, 24, 72]), late=st.sampled_from([False, False, True]))
    def time_passes(self, hours: int, late: bool) -> None:
        self.now += timedelta(hours=hours)
        self.behind = True
        if not late:
            self.tick()


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
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
