"""Ending a role, and what becomes of the people of a manager who leaves."""

from datetime import datetime

from accounts import actions as accounts
from accounts.choices import Role
from accounts.models import RoleAssignment, User
from participants.actions.contacts import pass_on
from participants.actions.hand_over import give, lock_managers
from participants.actions.history import transaction_on_people
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment
from participants.rules.handover import refusal_to_hand_over


@transaction_on_people()
def end_role(*, assignment: RoleAssignment, to: User | None, by: User, now: datetime) -> int:
    """Take a role away; a manager's people go to `to`, another manager of the municipality, or to nobody (None).
    If she was the municipality's contact, so does that; who takes it over is asked to confirm it.

    Return how many people changed hands. Raises InvitationRefused if `by` may not end it, and EnrolmentRefused if `to`
    has ceased to be a manager there: then nothing has happened.
    """
    accounts.end_role(assignment=assignment, by=by, now=now)
    if assignment.role != Role.MANAGER or assignment.municipality is None:
        return 0
    managers = lock_managers(assignment.municipality)
    if refusal := refusal_to_hand_over(may=True, to_a_manager=to is None or to.pk in managers):
        raise EnrolmentRefused(refusal)
    pass_on(assignment.municipality, leaving=assignment.user, to=to, by=by, now=now)
    people = Enrolment.objects.filter(manager=assignment.user).answered_for(assignment.municipality)
    return give(people, to=to, by=by, now=now)
