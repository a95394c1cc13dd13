"""What merging two people would do. Reads and decides; writes nothing.

The page shows it before anything happens, the action carries it out.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from common.fingerprints import fingerprint
from participants.duplicates.belongings import PERSON, Belonging, Change, registered
from participants.models import Employment, Enrolment, Participant
from participants.rules.merging import Claim, Identity, Spell, Union, refusal_of_clash, refusal_to_merge, settle, unite
from participants.rules.names import normalised


@dataclass(frozen=True)
class Taken:
    """What is taken over from the record that goes, instead of what the kept one has."""

    name: bool = False
    address: bool = False


@dataclass(frozen=True)
class MergePlan:
    """What merging would do: `changes` to rows; `ending` enrolments, of which those `left` stay with the other record.

    `refusals` say why it can't be done, and what to do first. `role` is the other's login, if it no longer opens the
    region.
    """

    kept: Participant
    other: Participant
    refusals: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    ending: tuple[Enrolment, ...] = ()
    left: tuple[Enrolment, ...] = ()
    role: User | None = None
    moving: tuple[tuple[Belonging, int], ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """What tells this plan from another, whatever name and address are taken over."""
        return fingerprint(
            [
                *(f"{person.full_name} {person.email}" for person in (self.kept, self.other)),
                *sorted(
                    f"{change.model} {change.pk} {change.before} {sorted(change.after)}"
                    for change in self.changes
                    if change.model != PERSON
                ),
                *sorted(str(enrolment.pk) for enrolment in self.ending),
            ]
        )


def plan_merge(kept: Participant, other: Participant, *, taken: Taken, now: datetime) -> MergePlan:
    """What merging `other` into `kept` would do; binding only while both are locked, and their cohorts."""
    if refusal := refusal_to_merge(_identity(kept), _identity(other)):
        return MergePlan(kept, other, refusals=(refusal,))
    enrolments = list(
        Enrolment.objects.filter(participant__in=[kept, other]).with_people().order_by("cohort__programme", "applied")
    )
    employments = list(Employment.objects.filter(participant__in=[kept, other]).select_related("municipality"))
    united = unite(spells_of(employments, kept), spells_of(employments, other))
    if united.clashes:
        places = {employment.municipality_id: str(employment.municipality) for employment in employments}
        pairs = dict.fromkeys(
            (places[mine.municipality], places[theirs.municipality]) for mine, theirs in united.clashes
        )
        return MergePlan(kept, other, refusals=tuple(refusal_of_clash(*pair) for pair in pairs))
    others = {enrolment.pk for enrolment in enrolments if enrolment.participant_id == other.pk}
    weights = _weights(enrolments)
    settled = settle(
        [_claim(enrolment, weights) for enrolment in enrolments if enrolment.participant_id == kept.pk],
        [_claim(enrolment, weights) for enrolment in enrolments if enrolment.participant_id == other.pk],
    )
    follow = [
        change
        for enrolment in enrolments
        for change in _changes_of_enrolment(enrolment, kept, other, settled.to_kept, settled.to_other, united)
    ]
    moving = []
    for belonging in registered():
        changes = list(belonging.follow(kept, other, now))
        follow += changes
        moving.append((belonging, sum(belonging.relation in change.after for change in changes)))
    return MergePlan(
        kept,
        other,
        changes=(*follow, *_changes_of_employments(employments, kept, united), *_changes_of_people(kept, other, taken)),
        ending=tuple(enrolment for enrolment in enrolments if enrolment.pk in settled.ends),
        left=tuple(
            enrolment for enrolment in enrolments if enrolment.pk in settled.to_other | (others - settled.to_kept)
        ),
        role=other.user if kept.user and other.user and _takes_part_through(other.user, other) else None,
        moving=tuple((belonging, count) for belonging, count in moving if count),
    )


def _identity(participant: Participant) -> Identity:
    return Identity(participant.pk, participant.region_id, participant.merged_into_id is not None)


def _weights(enrolments: Sequence[Enrolment]) -> dict[UUID, int]:
    weighed = [belonging.weigh(enrolments) for belonging in registered()]
    return {enrolment.pk: sum(each.get(enrolment.pk, 0) for each in weighed) for enrolment in enrolments}


def _claim(enrolment: Enrolment, weights: dict[UUID, int]) -> Claim:
    return Claim(
        enrolment=enrolment.pk,
        programme=enrolment.programme_id,
        cohort=enrolment.cohort_id,
        status=enrolment.status,
        applied=enrolment.applied,
        attended=weights[enrolment.pk],
    )


def spells_of(employments: Sequence[Employment], participant: Participant) -> list[Spell]:
    """Her employments as the rules want them."""
    return [
        Spell(employment.pk, employment.municipality_id, employment.starts, employment.ends)
        for employment in employments
        if employment.participant_id == participant.pk
    ]


def _changes_of_enrolment(
    enrolment: Enrolment,
    kept: Participant,
    other: Participant,
    to_kept: Collection[UUID],
    to_other: Collection[UUID],
    united: Union,
) -> Iterator[Change]:
    if enrolment.pk in to_kept:
        # Her employer is the same, but of two rows that said so one is left.
        employment = united.absorbed.get(enrolment.employment_id, enrolment.employment_id)
        yield Change.of(enrolment, participant=kept.pk, employment=employment)
    elif enrolment.pk in to_other:
        yield Change.of(enrolment, participant=other.pk)


def _changes_of_employments(employments: Sequence[Employment], kept: Participant, united: Union) -> Iterator[Change]:
    moved = {spell.employment for spell in united.moved}
    spells = {spell.employment: spell for spell in united.kept}
    for employment in employments:
        if employment.pk in moved:
            yield Change.of(employment, participant=kept.pk)
        elif spell := spells.get(employment.pk):
            days = {"starts": spell.starts, "ends": spell.ends}
            if days != {"starts": employment.starts, "ends": employment.ends}:
                yield Change.of(employment, **days)


def _changes_of_people(kept: Participant, other: Participant, taken: Taken) -> Iterator[Change]:
    of_kept: dict[str, object] = {}
    of_other: dict[str, object] = {"merged_into": kept.pk}
    if taken.name:
        of_kept |= {"first_name": other.first_name, "last_name": other.last_name}
        of_kept["name_key"] = normalised(other.full_name)
    if taken.address:
        of_kept["email"], of_other["email"] = other.email, kept.email
    if kept.user_id is None and other.user_id:
        of_kept["user"], of_other["user"] = other.user_id, None
    if of_kept:
        yield Change.of(kept, **of_kept)
    yield Change.of(other, **of_other)
    for earlier in Participant.objects.filter(merged_into=other):
        yield Change.of(earlier, merged_into=kept.pk)


def _takes_part_through(user: User, participant: Participant) -> bool:
    return RoleAssignment.objects.filter(user=user, role=Role.PARTICIPANT, region=participant.region_id).exists()
