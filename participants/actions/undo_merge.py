"""Undoing a merge: what belonged to two people belongs to two again."""

from datetime import datetime

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.actions import record
from common.locking import lock
from messaging.actions import queue
from participants.actions.history import transaction_on_people
from participants.actions.merge import Seats, lock_all
from participants.actions.people import lock_people
from participants.choices import EnrolmentStatus, EventKind
from participants.duplicates.belongings import write
from participants.duplicates.merging import spells_of
from participants.duplicates.unmerging import Return, plan_undo
from participants.exceptions import EnrolmentRefused
from participants.messages import enrolments as messages
from participants.models import Employment, Enrolment, Merge
from participants.rules.merging import overlap


@transaction_on_people()
def undo_merge(*, merge: Merge, seen: str, by: User, now: datetime) -> Merge:
    """Give back to the other person what was hers when she was merged, and take up again what that ended.

    A seat she gets back only if one is free; else she waits, at the place that her application gives her. What has
    happened since stays with the row to which it happened. The managers of what is taken up are told. For coordinators
    of the region only. Raises EnrolmentRefused with a reason, also if it would not do what was seen, or if what is new
    stands in the way.
    """
    try:
        return _undo(merge, seen, by, now)
    except IntegrityError as error:
        raise EnrolmentRefused(_conflict()) from error


def _undo(merge: Merge, seen: str, by: User, now: datetime) -> Merge:
    seats = lock_all([merge.kept, merge.other], now=now)
    people = lock_people([merge.kept_id, merge.other_id])
    merge = lock(merge)
    merge.kept, merge.other = people[merge.kept_id], people[merge.other_id]
    region = merge.kept.region_id
    if region not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the region's coordinator can undo a merge."))
    plan = plan_undo(merge, now=now)
    if plan.refusals:
        raise EnrolmentRefused(" ".join(plan.refusals))
    if plan.fingerprint != seen:
        raise EnrolmentRefused(_("Something has changed since you opened the page. Look through it again."))
    write(plan.changes)
    for each in plan.returns:
        _take_up(each, seats, by=by, now=now)
    _check(merge)
    if merge.role:
        role = RoleAssignment(user=merge.role, role=Role.PARTICIPANT, region_id=region)
        RoleAssignment.objects.bulk_create([role], ignore_conflicts=True)
    merge.undone, merge.undone_by = now, by
    merge.save(update_fields=["undone", "undone_by"])
    record("participant.unmerged", merge.kept, by=by, now=now, scope=region, after={"other": merge.other_id})
    for cohort in {each.enrolment.cohort_id for each in plan.returns}:
        seats[cohort].offer_what_is_free()
    return merge


def _take_up(each: Return, seats: Seats, *, by: User, now: datetime) -> None:
    # Read again: the changes may have given it to someone else.
    enrolment = Enrolment.objects.with_people().get(pk=each.enrolment.pk)
    here = seats[enrolment.cohort_id]
    if each.becomes == EnrolmentStatus.ENROLLED:
        here.give(enrolment, each.becomes, kind=EventKind.UNMERGED, by=by)
    elif each.becomes == EnrolmentStatus.COMPLETED:
        here.give(enrolment, each.becomes, kind=EventKind.UNMERGED, by=by, beyond=True)
    else:
        here.give_back(enrolment, each.becomes, kind=EventKind.UNMERGED, by=by)
    queue(messages.about_status(enrolment, now=now))


def _check(merge: Merge) -> None:
    """Raise EnrolmentRefused if an enrolment is left with the employment of another person, or employments overlap."""
    people = [merge.kept, merge.other]
    torn = Enrolment.objects.filter(participant__in=people).exclude(employment__participant=F("participant"))
    employments = list(Employment.objects.filter(participant__in=people))
    if torn.exists() or any(overlap(spells_of(employments, participant)) for participant in people):
        raise EnrolmentRefused(_conflict())


def _conflict() -> str:
    return _(
        "What has been registered since stands in the way, such as a new enrolment or a change of employer. "
        "Take that back first."
    )
