"""What belongs to a person, in whatever app, and how it follows her when she turns out to be registered twice.

Participants is a low floor: it knows neither attendance nor calendars. Each app registers what refers to a person in
its AppConfig.ready(), as it does with its kinds of message; a test walks all relations, so that none is forgotten.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise

if TYPE_CHECKING:
    from datetime import datetime

    from participants.models import Enrolment, Merge, Participant

PERSON = "participants.participant"
OWNERS = ("participant", "merged_into")  # the fields that say whose a row is


@dataclass(frozen=True)
class Change:
    """A row whose fields change from `before` to `after`, both as JSON keeps them."""

    model: str
    pk: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @classmethod
    def of(cls, row: Model, **after: Any) -> Change:
        """What makes the fields of `row` those of `after`; foreign keys are named without `_id`, by their key."""
        before = {name: plain(row.serializable_value(name)) for name in after}
        return cls(row._meta.label_lower, str(row.pk), before, {name: plain(value) for name, value in after.items()})

    @property
    def undone(self) -> Change:
        """What takes it back."""
        return Change(self.model, self.pk, self.after, self.before)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def plain(value: Any) -> Any:
    """A field's value as JSON keeps it, without losing a microsecond."""
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _move_none(kept: Participant, other: Participant, now: datetime) -> Iterable[Change]:
    return ()


def _return_none(merge: Merge, cohorts: Collection[UUID]) -> Iterable[Change]:
    return ()


def _weigh_nothing(enrolments: Collection[Enrolment]) -> Mapping[UUID, int]:
    return {}


def _lock_nothing(cohorts: Collection[UUID]) -> None:
    return None


@dataclass(frozen=True)
class Belonging:
    """One model that refers to people by its field `relation`, and what people call its rows.

    `follow` says how the rows of one person become another's; `go_back`, how those that came since the merge do when it
    is undone, from the cohorts that are the other's alone again. `lock` keeps others from adding to those of these
    cohorts meanwhile; the cohorts are locked already, enrolments and people are not. `weigh` says how much an
    enrolment is worth beyond its status. What doesn't follow at all says so by leaving `follow` out.
    """

    model: str
    relation: str
    label: str | Promise
    follow: Callable[[Participant, Participant, datetime], Iterable[Change]] = _move_none
    go_back: Callable[[Merge, Collection[UUID]], Iterable[Change]] = _return_none
    lock: Callable[[Collection[UUID]], None] = _lock_nothing
    weigh: Callable[[Collection[Enrolment]], Mapping[UUID, int]] = _weigh_nothing


_registry: dict[tuple[str, str], Belonging] = {}


def register(belonging: Belonging) -> None:
    """Make it known that rows of a model belong to people. Raises ValueError if someone else has said so."""
    key = (belonging.model, belonging.relation)
    if _registry.setdefault(key, belonging) != belonging:
        raise ValueError(f"two ways for {belonging.model} to follow a person")


def registered() -> tuple[Belonging, ...]:
    """All that belongs to people, in the order in which it was declared."""
    return tuple(_registry.values())


# --- Writing ----------------------------------------------------------------------------------------------------------


def current(changes: Iterable[Change]) -> dict[tuple[str, str], dict[str, Any]]:
    """The values now of the fields of `changes`, by model and key; a row that has gone is left out."""
    fields: dict[str, set[str]] = defaultdict(set)
    keys: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        fields[change.model] |= {*change.after}
        keys[change.model].add(change.pk)
    return {
        (model, str(row.pop("pk"))): {name: plain(value) for name, value in row.items()}
        for model in keys
        for row in apps.get_model(model)._base_manager.filter(pk__in=keys[model]).values("pk", *fields[model])
    }


def write(changes: Sequence[Change]) -> None:
    """Make the changes, in a number of queries that grows with the kinds of change, not with the rows.

    Where rows change places with each other, one of them leaves its place first: a unique constraint would strike in
    between.
    """
    leaving, parked, parking = _leaving(changes)
    _update(leaving)
    _update([change for change in changes if change not in parked])
    _update(parked)
    if parking:
        parking.delete()


def _update(changes: Iterable[Change]) -> None:
    steps: dict[tuple[str, str], list[str]] = defaultdict(list)
    for change in changes:
        steps[(change.model, json.dumps(change.after, sort_keys=True))].append(change.pk)
    for (model, after), keys in steps.items():
        apps.get_model(model)._base_manager.filter(pk__in=keys).update(**json.loads(after))


def _leaving(changes: Sequence[Change]) -> tuple[list[Change], list[Change], Model | None]:
    """The steps out of the way, what remains to be done last, and the person with whom rows wait meanwhile."""
    leaving, parked, parking = [], [], None
    for change in changes:
        if change.model == PERSON and {"email", "user"} & {*change.after}:
            out = {"email": f"{uuid4()}@moving.invalid", "user": None}
            leaving.append(Change(PERSON, change.pk, {}, {name: out[name] for name in out if name in change.after}))
    owners: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        if "participant" in change.after:
            owners[change.model].add(change.after["participant"])
    for change in changes:
        if len(owners[change.model]) > 1 and change.after.get("participant") == min(owners[change.model]):
            parking = parking or _parking(change.after["participant"])
            parked.append(change)
            leaving.append(Change(change.model, change.pk, {}, {"participant": str(parking.pk)}))
    return leaving, parked, parking


def _parking(participant: str) -> Model:
    model = apps.get_model(PERSON)
    region = model._base_manager.values_list("region", flat=True).get(pk=participant)
    parking: Model = model(region_id=region, first_name="-", last_name="-", email=f"{uuid4()}@moving.invalid")
    parking.save()
    return parking
