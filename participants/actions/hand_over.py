"""Handing people over from one manager to another."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from accounts.models import RoleAssignment, User
from audit.actions import record
from cohorts.models import Cohort
from messaging.actions import queue
from participants.actions.history import add_to_history, transaction_on_people
from participants.choices import EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages.managers import told_of_handover
from participants.models import Enrolment
from participants.querysets import EnrolmentQuerySet
from participants.rules.handover import refusal_to_hand_over
from regions.models import Municipality


@transaction_on_people()
def hand_over(*, people: Collection[UUID], municipality: Municipality, to: User | None, by: User, now: datetime) -> int:
    """Let `to` answer for the enrolments `people` of `municipality`; with None, all its managers are told about them.

    Return how many changed hands: those who have left, or are `to`'s already, stay as they are. Who takes over is told
    once, unless she does so herself. To undo it, hand them over back. For managers of the municipality and coordinators
    of the region. Raises EnrolmentRefused, also if `to` has ceased to be a manager there.
    """
    managers = lock_managers(municipality)
    if refusal := refusal_to_hand_over(may=by.acts_for(municipality), to_a_manager=to is None or to.pk in managers):
        raise EnrolmentRefused(refusal)
    return give(Enrolment.objects.filter(pk__in=people).answered_for(municipality), to=to, by=by, now=now)


def lock_managers(municipality: Municipality) -> set[UUID]:
    """The ids of its active managers, whose roles nobody ends until the transaction does. Before cohorts, if both."""
    roles = RoleAssignment.objects.managers_of(municipality.pk).select_for_update(of=("self",)).order_by("pk")
    return {role.user_id for role in roles}


def give(wanted: EnrolmentQuerySet, *, to: User | None, by: User, now: datetime) -> int:
    """Let `to`, whose role the caller has locked, answer for the enrolments `wanted`; return how many changed hands."""
    # As every other change: the cohorts first, then their enrolments, in the order of their ids.
    cohorts = wanted.order_by().values_list("cohort", flat=True)
    list(Cohort.objects.filter(pk__in=list(cohorts)).select_for_update(of=("self",)).order_by("pk"))
    enrolments = list(wanted.select_for_update(of=("self",)).with_people().order_by("pk"))
    moved = [enrolment for enrolment in enrolments if enrolment.manager != to]
    for enrolment in moved:
        before, enrolment.manager = enrolment.manager_id, to
        enrolment.save(update_fields=["manager"])
        add_to_history(enrolment, EventKind.HANDED_OVER, by=by, now=now, reason=to.full_name if to else "")
        record(
            f"enrolment.{EventKind.HANDED_OVER}",
            enrolment,
            by=by,
            now=now,
            scope=enrolment.cohort.region.pk,
            before={"manager": before},
            after={"manager": to and to.pk},
        )
    if to and to != by and moved:
        queue([told_of_handover(moved, to=to, by=by, now=now)])
    return len(moved)
