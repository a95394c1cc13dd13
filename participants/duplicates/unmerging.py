"""What undoing a merge would do. Reads and decides; writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from common.fingerprints import fingerprint
from participants.choices import SEATED, EnrolmentStatus, EventKind
from participants.duplicates.belongings import OWNERS, Change, current, registered
from participants.models import Enrolment, EnrolmentEvent, Merge
from participants.seating import seats_of_each


@dataclass(frozen=True)
class Return:
    """An enrolment that the merge ended: what it was, and what it would be again."""

    enrolment: Enrolment
    was: str
    becomes: EnrolmentStatus

    @property
    def has_to_wait(self) -> bool:
        """Whether her seat has been given to someone else meanwhile."""
        return self.was in SEATED and self.becomes == EnrolmentStatus.WAITING


@dataclass(frozen=True)
class UndoPlan:
    """What undoing a merge would do. `changed` rows have been changed since and stay as they are."""

    merge: Merge
    refusals: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    returns: tuple[Return, ...] = ()
    changed: int = 0

    @cached_property
    def fingerprint(self) -> str:
        """What tells this plan from another."""
        return fingerprint(
            [
                *sorted(f"{change.model} {change.pk} {change.after}" for change in self.changes),
                *sorted(f"{each.enrolment.pk} {each.becomes}" for each in self.returns),
            ]
        )


def plan_undo(merge: Merge, *, now: datetime) -> UndoPlan:
    """What undoing `merge` would do; binding only while both people are locked, and their cohorts.

    What has happened since to a row stays with it: it goes back to whom it belonged to, as it is now. What has come
    since goes with the enrolment by which it came.
    """
    if merge.undone:
        return UndoPlan(merge, refusals=(_("The merge has been undone already."),))
    if merge.kept.merged_into_id:
        return UndoPlan(merge, refusals=(_("The person has been merged again since. Undo that first."),))
    made = [Change(**change) for change in merge.moved]
    values = current(made)
    changes, changed, gone = [], 0, False
    for change in made:
        found = values.get((change.model, change.pk))
        if found is None:
            continue  # deleted since
        owners = {name: value for name, value in change.after.items() if name in OWNERS}
        gone |= any(found[name] != value for name, value in owners.items())
        rest = {name: value for name, value in change.after.items() if name not in OWNERS}
        stands = all(found[name] == value for name, value in rest.items())
        changed += not stands
        names = {*owners, *(rest if stands else ())}
        before = {name: change.before[name] for name in names}
        changes.append(Change(change.model, change.pk, {name: found[name] for name in names}, before))
    if gone:
        return UndoPlan(merge, refusals=(_("Something that was merged belongs to a third person by now."),))
    changes += _come_since(merge, changes)
    return UndoPlan(merge, changes=tuple(changes), returns=tuple(_returns(merge, now)), changed=changed)


def _come_since(merge: Merge, changes: Collection[Change]) -> list[Change]:
    """How rows that came since the merge follow the enrolments by which they came, beside what it moved itself."""
    owners = {change.pk: change.after["participant"] for change in changes if "participant" in change.after}
    cohorts: dict[str, set[UUID]] = defaultdict(set)
    enrolments = Enrolment.objects.filter(participant__in=[merge.kept_id, merge.other_id])
    for pk, participant, cohort in enrolments.values_list("pk", "participant", "cohort"):
        cohorts[owners.get(str(pk), str(participant))].add(cohort)
    alone = cohorts[str(merge.other_id)] - cohorts[str(merge.kept_id)]
    rows = (change for belonging in registered() for change in belonging.go_back(merge, alone))
    return [change for change in rows if change.pk not in owners]


def _returns(merge: Merge, now: datetime) -> Iterator[Return]:
    """The enrolments that the merge ended and to which nothing has happened since, each with what it can be again."""
    was = {UUID(ended["enrolment"]): ended["status"] for ended in merge.ended}
    steps = EnrolmentEvent.objects.filter(enrolment=OuterRef("pk")).exclude(status="").order_by("-at", "-created")
    ended = Enrolment.objects.filter(pk__in=was).annotate(ended_by=Subquery(steps.values("kind")[:1]))
    enrolments = ended.filter(ended_by=EventKind.MERGED).with_people().order_by("applied")
    seats = seats_of_each({enrolment.cohort for enrolment in enrolments}, today=timezone.localdate(now))
    for enrolment in enrolments:
        status = EnrolmentStatus(was[enrolment.pk])
        if status in (EnrolmentStatus.ENROLLED, EnrolmentStatus.OFFERED):
            here = seats[enrolment.cohort_id]
            free = status == EnrolmentStatus.ENROLLED and here.available_to(enrolment.municipality_id)
            if free:
                seats[enrolment.cohort_id] = here.with_one_more(enrolment.municipality_id)
            status = EnrolmentStatus.ENROLLED if free else EnrolmentStatus.WAITING
        yield Return(enrolment, was[enrolment.pk], status)
