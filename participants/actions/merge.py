"""Merging two people who turn out to be one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.actions import record
from cohorts.models import Cohort
from messaging.actions import queue
from participants.actions.history import transaction_on_people
from participants.actions.people import lock_people
from participants.actions.seats import LockedSeats, lock_seats_of_each
from participants.choices import EnrolmentStatus, EventKind
from participants.duplicates.belongings import registered, write
from participants.duplicates.merging import Taken, plan_merge
from participants.exceptions import EnrolmentRefused
from participants.messages import changes as messages
from participants.models import Enrolment, Merge, Participant

Seats = dict[UUID, LockedSeats]


@transaction_on_people()
def merge(
    *,
    kept: Participant,
    other: Participant,
    taken: Taken,
    seen: str,
    by: User,
    now: datetime,
    reason: str = "",
) -> Merge:
    """Let everything that belongs to `other` belong to `kept`; the row of `other` stays, and nobody sees it any more.

    The managers of enrolments that end are told. For coordinators of the region only. `seen` is the fingerprint of the
    plan that was shown. A login that `other` has of her own opens the region no longer; what else it opens it goes on
    opening. Raises EnrolmentRefused with a reason, also if the plan is no longer the one that was seen.
    """
    seats = lock_all([kept, other], now=now)
    people = lock_people([kept.pk, other.pk])
    kept, other = people[kept.pk], people[other.pk]
    if kept.region_id not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the region's coordinator can merge people."))
    plan = plan_merge(kept, other, taken=taken, now=now)
    if plan.refusals:
        raise EnrolmentRefused(" ".join(plan.refusals))
    if plan.fingerprint != seen or any(enrolment.cohort_id not in seats for enrolment in plan.ending):
        raise EnrolmentRefused(_("Something has changed since you opened the page. Look through it again."))
    made = Merge.objects.create(
        kept=kept,
        other=other,
        at=now,
        by=by,
        reason=reason,
        moved=[change.as_json() for change in plan.changes],
        ended=[{"enrolment": str(enrolment.pk), "status": enrolment.status} for enrolment in plan.ending],
        role=plan.role,
    )
    for enrolment in plan.ending:
        here = seats[enrolment.cohort_id]
        here.give_back(enrolment, EnrolmentStatus.WITHDRAWN, kind=EventKind.MERGED, by=by, reason=reason)
        queue(messages.about_merge(enrolment, now=now))
    write(plan.changes)
    if plan.role:
        RoleAssignment.objects.filter(user=plan.role, role=Role.PARTICIPANT, region=kept.region_id).delete()
    after = {"other": other.pk, "enrolments ended": len(plan.ending)}
    record("participant.merged", kept, by=by, now=now, scope=kept.region_id, after=after, reason=reason)
    for cohort in {enrolment.cohort_id for enrolment in plan.ending}:
        seats[cohort].offer_what_is_free()
    return made


def lock_all(people: Sequence[Participant], *, now: datetime) -> Seats:
    """Lock the cohorts in which `people` are enrolled, what they hold of other apps, and their enrolments."""
    enrolments = Enrolment.objects.filter(participant__in=people)
    seats = lock_seats_of_each(Cohort.objects.filter(pk__in=enrolments.values("cohort")), now=now)
    for belonging in registered():
        belonging.lock(seats)
    list(enrolments.order_by("pk").select_for_update(of=("self",)))
    return seats
