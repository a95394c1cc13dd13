"""Giving and ending roles."""

from datetime import datetime

from django.db import transaction

from accounts import rules
from accounts.actions.posts import post_of, posts_of
from accounts.exceptions import InvitationRefused
from accounts.models import RoleAssignment, User
from audit.actions import record
from regions.models import Municipality, Region


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: str,
    by: User | None,
    now: datetime,
    region: Region | None = None,
    municipality: Municipality | None = None,
) -> RoleAssignment:
    """Give `user` the role in its place, unless she holds it already. Whether `by` may is the caller's question."""
    assignment, new = RoleAssignment.objects.get_or_create(
        user=user, role=role, region=region, municipality=municipality
    )
    if new:
        record(
            "role.granted",
            user,
            by=by,
            now=now,
            scope=post_of(assignment).region,
            after={"role": role, "place": str(assignment.place or "")},
        )
    return assignment


@transaction.atomic
def end_role(*, assignment: RoleAssignment, by: User, now: datetime) -> None:
    """Take a role away; what was done in it stays. It works from the person's next click on.

    Raises InvitationRefused if `by` may not, or if the role is her own, unless she is a manager and not the last.
    """
    # All who hold the same post are locked, so that the last two can't end each other's at the same moment.
    same_post = RoleAssignment.objects.select_for_update(of=("self",)).filter(
        role=assignment.role, region=assignment.region, municipality=assignment.municipality
    )
    rows = {row.pk: row for row in same_post.select_related("user").order_by("pk")}
    if assignment.pk not in rows:
        return  # somebody else was quicker
    post = post_of(assignment)
    others = any(row.user.is_active for row in rows.values() if row.pk != assignment.pk)
    if refusal := rules.refusal_to_end(posts_of(by), post, own=assignment.user_id == by.pk, last=not others):
        raise InvitationRefused(refusal)
    rows[assignment.pk].delete()
    record(
        "role.ended",
        assignment.user,
        by=by,
        now=now,
        scope=post.region,
        before={"role": assignment.role, "place": str(assignment.place or "")},
    )
