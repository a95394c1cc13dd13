"""How a story about enrolments begins, and how a step of it is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition

from cohorts.models import Cohort
from common.clock import local_date
from common.exceptions import Refused
from participants.actions import enrol, serve_waiting_list, withdraw
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from participants.offering import cohorts_to_serve
from regions.choices import WaitingListOrder
from sessions.actions import change_cohort
from sessions.actions.change_cohort import details_of
from tests import factories
from tests.factories import NOW, TODAY
from tests.participants.people import person
from tests.participants.stories import holding

PEOPLE = 8
a_person = st.integers(0, PEOPLE - 1)
a_municipality = st.integers(0, 2)
a_cohort = st.integers(0, 1)
some_seats = st.lists(st.sampled_from([0, 0, 1, 2]), min_size=3, max_size=3)  # for each municipality


def among(*statuses: EnrolmentStatus) -> Any:
    """Only while somebody is that."""
    return precondition(lambda story: bool(story.scene.those(*statuses)))


class Story(RuleBasedStateMachine):
    """Two cohorts of a programme and a few more people than they have seats for, from three municipalities.

    What is passed to an action is as it was when the page was opened: a cohort at the beginning of the story, an
    enrolment when it was made.
    """

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(
        kept=some_seats,
        common=st.integers(0, 1),
        order=st.sampled_from(WaitingListOrder.values),
        release=st.sampled_from([None, -1, 2]),
        approval=st.booleans(),
        crowd=st.lists(a_municipality, min_size=4, max_size=7),
        leaving=st.integers(1, 2),
    )
    def begin(
        self,
        kept: list[int],
        common: int,
        order: str,
        release: int | None,
        approval: bool,
        crowd: list[int],
        leaving: int,
    ) -> None:
        """With some who are enrolled in the first cohort at once: most seats are gone, and a few people wait.

        The second cohort has one seat, for the first who is deferred to it. For each who is `leaving`, the next is
        offered her seat.
        """
        self.now, self.leave, self.behind = NOW, 0, False
        self.opened: dict[Any, Enrolment] = {}
        self.region = factories.RegionFactory(waiting_list_order=order, offer_days=2)
        self.places: list[Any] = [factories.MunicipalityFactory(region=self.region) for _place in range(3)]
        self.managers = [factories.manager(place) for place in self.places]
        self.coordinator = factories.coordinator(self.region)
        programme = factories.ProgrammeFactory(region=self.region, modules=1, needs_approval=approval)
        self.cohorts: list[Any] = [
            factories.CohortFactory(
                programme=programme,
                capacity=capacity,
                release_date=release and TODAY + timedelta(days=release),
            )
            for capacity in (max(1, sum(kept) + common), 1)
        ]
        self.starts = {cohort.pk: TODAY + timedelta(days=14 + 28 * n) for n, cohort in enumerate(self.cohorts)}
        for cohort in self.cohorts:
            factories.CohortSessionFactory(cohort=cohort, day=self.starts[cohort.pk])
        for place, seats in zip(self.places, kept, strict=True):
            if seats:
                factories.SeatAllocationFactory(cohort=self.cohorts[0], municipality=place, seats=seats)
        self.scene = self.look()
        for number, place in enumerate(crowd):
            with self.step():
                enrol(cohort=self.cohorts[0], person=self.person(number, place), by=self.coordinator, now=self.now)
        for first in Enrolment.objects.filter(status=EnrolmentStatus.ENROLLED).order_by("applied")[:leaving]:
            with self.step():
                withdraw(enrolment=first, by=self.coordinator, now=self.now)

    @invariant()
    def what_must_always_hold(self) -> None:
        before, self.scene = self.scene, self.look()
        holding.check(before, self.scene, leave=self.leave)
        self.leave = 0

    def look(self) -> holding.Scene:
        return holding.Scene.of(self.starts, now=self.now, behind=self.behind)

    @contextmanager
    def step(self, *, leave: bool = False) -> Iterator[None]:
        """What is refused leaves nothing behind; what happens at one moment happens a second after the last.

        Nobody else is there: a constraint of the database that strikes was meant for a rule. `leave`: the coordinator
        gives one seat more than there are.
        """
        self.now += timedelta(seconds=1)
        self.leave = int(leave)
        try:
            with transaction.atomic():
                yield
        except Refused as refused:
            if isinstance(refused.__cause__, IntegrityError):
                raise

    def change(
        self,
        which: int,
        action: Callable[..., Any],
        *statuses: EnrolmentStatus,
        coordinated: bool = True,
        **options: Any,
    ) -> None:
        """Let the coordinator or the manager do `action` to one of those that have such a status."""
        enrolment, by = self.one(which, *statuses, coordinated=coordinated)
        with self.step(leave=options.get("beyond", False)):
            action(enrolment=enrolment, by=by, now=self.now, **options)

    def one(self, which: int, *statuses: EnrolmentStatus, coordinated: bool = True) -> tuple[Enrolment, Any]:
        """One of those that have such a status, in an order that is the same each time a story is told; and by whom."""
        cohorts = list(self.starts)
        found = sorted(
            self.scene.those(*statuses), key=lambda one: (one.participant.email, cohorts.index(one.cohort_id))
        )
        chosen = found[which % len(found)]
        manager = self.managers[self.places.index(chosen.municipality)]
        return self.opened.setdefault(chosen.pk, chosen), self.coordinator if coordinated else manager

    def plan(self, cohort: int, **changes: Any) -> None:
        details = details_of(Cohort.objects.get(pk=self.cohorts[cohort].pk))
        with self.step():
            change_cohort(
                cohort=self.cohorts[cohort], details=replace(details, **changes), by=self.coordinator, now=self.now
            )

    def tick(self) -> None:
        """As the portal does every minute; there, what fails in one cohort is logged."""
        for cohort in cohorts_to_serve(now=self.now):
            serve_waiting_list(cohort=cohort, now=self.now)
        self.behind = False

    def person(self, number: int, place: int) -> Any:
        """Who has that number, by the name with which she is registered, as an employer in that place states her."""
        names = {"last_name": f"Öberg-Exempel {chr(97 + number)}", "email": f"applicant{number}@example.org"}
        return person(self.places[place], **names)

    @property
    def today(self) -> Any:
        return local_date(self.now)
