"""What must always hold of enrolments, said anew of the rows: it asks none of the rules and counts that it judges."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from cohorts.models import Cohort
from common.clock import local_date
from participants.models import Employment, Enrolment
from participants.seating import positions, seats_of_each
from regions.choices import WaitingListOrder

ACTIVE = {"applied", "waiting", "offered", "enrolled"}
SEATED = {"offered", "enrolled", "completed"}
OFFERED_FOR = timedelta(days=3, hours=1)  # two days, to the end of the last, which may have an hour more
Taken = Mapping[UUID, int]


@dataclass(frozen=True)
class Room:
    """The seats of a cohort as they are planned, those kept for municipalities, and the day on which offers stop."""

    capacity: int
    kept: Mapping[UUID, int]
    released: bool
    order: str
    stop: date

    def overbooked(self, taken: Taken) -> int:
        """How many more people there are than seats."""
        return max(0, sum(taken.values()) - self.capacity)

    def beyond(self, taken: Taken) -> int:
        """How many more people there are than their municipalities' own seats and the common ones together."""
        if self.released:
            return 0
        common = self.capacity - sum(self.kept.values())
        return max(0, sum(max(0, seats - self.kept.get(place, 0)) for place, seats in taken.items()) - common)

    def has_one_for(self, place: UUID, taken: Taken) -> bool:
        """Whether one more from there takes a seat from nobody."""
        more = {**taken, place: taken.get(place, 0) + 1}
        return sum(more.values()) <= self.capacity and self.beyond(more) <= self.beyond(taken)

    def queue(self, waiting: Iterable[Enrolment], taken: Taken) -> list[UUID]:
        """Who waits, in turn: who applied first, or those first for whom their municipality has kept a seat."""
        first: list[UUID] = []
        rest: list[UUID] = []
        before = Counter(taken)
        for one in sorted(waiting, key=lambda one: one.applied):
            before[one.municipality_id] += 1
            own = before[one.municipality_id] <= self.kept.get(one.municipality_id, 0)
            (first if own and self.order == WaitingListOrder.QUOTA else rest).append(one.pk)
        return first + rest


@dataclass(frozen=True)
class Scene:
    """How everything stands after a step, in a few queries. `behind`: time has passed, and no tick has come yet."""

    now: datetime
    rooms: dict[UUID, Room]
    enrolments: list[Enrolment]
    places: dict[UUID, dict[UUID, int]]
    behind: bool

    @classmethod
    def of(cls, starts: Mapping[UUID, date], *, now: datetime, behind: bool) -> Scene:
        """The cohorts of `starts`, named with the days on which they start."""
        today = local_date(now)
        cohorts = list(
            Cohort.objects.filter(pk__in=starts)
            .select_related("programme__region")
            .prefetch_related("seat_allocations")
        )
        rooms = {
            cohort.pk: Room(
                capacity=cohort.capacity,
                kept={kept.municipality_id: kept.seats for kept in cohort.seat_allocations.all()},
                released=cohort.release_date is not None and cohort.release_date <= today,
                order=cohort.region.waiting_list_order,
                stop=starts[cohort.pk] - timedelta(days=cohort.region.offers_stop_days),
            )
            for cohort in cohorts
        }
        enrolments = Enrolment.objects.filter(cohort__in=starts).with_people().prefetch_related("events", "offers")
        places = {pk: positions(seats) for pk, seats in seats_of_each(cohorts, today=today).items()}
        return cls(now, rooms, list(enrolments.select_related("employment")), places, behind)

    def taken(self, cohort: UUID) -> Counter[UUID]:
        """How many from each municipality have a seat, or are offered one."""
        return Counter(one.municipality_id for one in self.those(*SEATED) if one.cohort_id == cohort)

    def those(self, *statuses: str) -> list[Enrolment]:
        return [one for one in self.enrolments if one.status in statuses]

    def waiting(self, cohort: UUID) -> list[Enrolment]:
        return [one for one in self.those("waiting") if one.cohort_id == cohort]


def check(before: Scene, after: Scene, *, leave: int) -> None:
    """Fail if something doesn't hold `after` a step; by the word of a coordinator `leave` more may have got seats."""
    seats_are_given_once(before, after, leave=leave)
    a_person_is_in_a_programme_once(after)
    employments_never_overlap()
    who_waits_has_one_place(after)
    who_is_offered_a_seat_has_one_open_offer(after)
    nobody_waits_for_a_seat_that_she_could_have(after)
    history_tells_how_it_stands(before, after)


def seats_are_given_once(before: Scene, after: Scene, *, leave: int) -> None:
    """No more people than seats, and none from one municipality at the cost of another's.

    What is too many already, as the cohort is planned now, may stay so and shrink.
    """
    for pk, room in after.rooms.items():
        assert room.overbooked(after.taken(pk)) <= room.overbooked(before.taken(pk)) + leave
        assert room.beyond(after.taken(pk)) <= room.beyond(before.taken(pk)) + leave


def a_person_is_in_a_programme_once(scene: Scene) -> None:
    active = Counter((one.participant_id, one.programme_id) for one in scene.those(*ACTIVE))
    assert all(number == 1 for number in active.values())


def employments_never_overlap() -> None:
    periods: dict[UUID, list[Employment]] = defaultdict(list)
    for employment in Employment.objects.order_by("participant", "starts"):
        for earlier in periods[employment.participant_id]:
            assert earlier.ends is not None
            assert earlier.ends < employment.starts
        periods[employment.participant_id].append(employment)


def who_waits_has_one_place(scene: Scene) -> None:
    for pk, room in scene.rooms.items():
        queue = room.queue(scene.waiting(pk), scene.taken(pk))
        assert scene.places[pk] == {enrolment: place for place, enrolment in enumerate(queue, start=1)}


def who_is_offered_a_seat_has_one_open_offer(scene: Scene) -> None:
    for one in scene.enrolments:
        still_open = [offer for offer in one.offers.all() if not offer.answer]
        assert len(still_open) == (one.status == "offered")
        assert all(offer.expires <= offer.made + OFFERED_FOR for offer in still_open)
        assert scene.behind or all(offer.expires > scene.now for offer in still_open)


def nobody_waits_for_a_seat_that_she_could_have(scene: Scene) -> None:
    """In the same moment in which it becomes free, not by the next tick: that comes only when time passes."""
    for pk, room in scene.rooms.items():
        if scene.behind or local_date(scene.now) >= room.stop:
            continue
        for one in scene.waiting(pk):
            events = one.events.all()
            passed_over = any(event.kind == "offer_taken_back" and event.at >= one.applied for event in events)
            assert passed_over or not room.has_one_for(one.municipality_id, scene.taken(pk))


def history_tells_how_it_stands(before: Scene, after: Scene) -> None:
    seen = {one.pk: one.status for one in before.enrolments}
    for one in after.enrolments:
        changes = [event for event in one.events.all() if event.status]
        last = max(changes, key=lambda event: (event.at, event.created))
        assert last.status == one.status
        assert last.at > before.now or seen.get(one.pk) == one.status
        assert one.employment.participant_id == one.participant_id
        assert one.employment.municipality_id == one.municipality_id
