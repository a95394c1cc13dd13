"""Who may be registered twice: pairs of one region, found by their names and addresses."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch

from accounts.models import User
from participants.choices import Likeness
from participants.models import DifferentPeople, Employment, Enrolment, Participant
from participants.querysets import ParticipantQuerySet
from participants.rules.enrolment import differ_clearly
from participants.rules.names import mailbox, nearly_one

COMMON = 50  # people of a municipality who share a word of their names


class Registered(NamedTuple):
    """As much of a person as is compared."""

    pk: UUID
    region: UUID
    name_key: str
    email: str


@dataclass(frozen=True)
class Pair:
    """Two who may be one, and why; `one` was registered first."""

    one: UUID
    other: UUID
    why: Likeness


def possible_duplicates(user: User) -> list[Pair]:
    """Pairs in the regions that `user` coordinates, the likeliest first, in three queries.

    Without those of which it was said that they are two.
    """
    mine = Participant.objects.coordinated_by(user)
    people = [
        Registered(*row) for row in mine.order_by("created", "pk").values_list("pk", "region", "name_key", "email")
    ]
    places: dict[UUID, set[UUID]] = defaultdict(set)
    employments = Employment.objects.filter(participant__in=mine.values("pk"))
    for person, municipality in employments.order_by().values_list("participant", "municipality"):
        places[person].add(municipality)
    apart = set(DifferentPeople.objects.filter(one__region__in=user.coordinated_region_ids).values_list("one", "other"))
    found: dict[tuple[UUID, UUID], Likeness] = {}
    for one, other in _alike(people, lambda person: person.name_key):
        near = places[one.pk] & places[other.pk]
        found[(one.pk, other.pk)] = Likeness.NAME_AND_MUNICIPALITY if near else Likeness.NAME
    for one, other in _neighbours(people, places):
        if nearly_one(one.name_key, other.name_key):
            found.setdefault((one.pk, other.pk), Likeness.ALIKE_AND_MUNICIPALITY)
    for one, other in _alike(people, lambda person: mailbox(person.email)):
        if not differ_clearly(one.name_key, other.name_key):
            found.setdefault((one.pk, other.pk), Likeness.ADDRESS)
    order = list(Likeness)
    pairs = [Pair(*pair, why) for pair, why in found.items() if tuple(sorted(pair)) not in apart]
    return sorted(pairs, key=lambda pair: order.index(pair.why))


def _alike(people: Iterable[Registered], key: Callable[[Registered], str]) -> Iterator[tuple[Registered, Registered]]:
    """Every two of a region that have the same key, unless it is empty; those registered first come first."""
    groups: dict[tuple[UUID, str], list[Registered]] = defaultdict(list)
    for person in people:
        if key(person):
            groups[(person.region, key(person))].append(person)
    for group in groups.values():
        yield from combinations(group, 2)


def _neighbours(
    people: Iterable[Registered], places: Mapping[UUID, set[UUID]]
) -> Iterator[tuple[Registered, Registered]]:
    """Every two who share a municipality and a word of their names; a word that too many share tells nothing."""
    groups: dict[tuple[UUID, str], list[Registered]] = defaultdict(list)
    for person in people:
        for place in places[person.pk]:
            for word in dict.fromkeys(person.name_key.split()):
                groups[(place, word)].append(person)
    for group in groups.values():
        if len(group) <= COMMON:
            yield from combinations(group, 2)


def with_what_tells_them_apart(people: ParticipantQuerySet) -> ParticipantQuerySet:
    """Load what one looks at to say whether two are one: whom they work for, and where they are enrolled."""
    return people.select_related("region", "user").prefetch_related(
        Prefetch("employments", Employment.objects.select_related("municipality").order_by("-starts")),
        Prefetch("enrolments", Enrolment.objects.select_related("cohort", "municipality").order_by("-applied")),
    )
