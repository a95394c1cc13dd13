"""Accepting an invitation."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import rules
from accounts.actions.posts import post_of, posts_of
from accounts.actions.roles import grant_role
from accounts.exceptions import InvitationRefused
from accounts.models import Invitation, RoleAssignment, User
from audit.actions import record
from common.locking import lock


@dataclass(frozen=True)
class Acceptance:
    """Who accepted, the role she got, and whether the account was made for it."""

    user: User
    assignment: RoleAssignment
    new_account: bool


def refusal_to_accept(*, invitation: Invitation, by: User | None, now: datetime) -> str | None:
    """Say why `invitation` can't be accepted at `now`, while `by` is logged in (None: nobody)."""
    user = User.objects.by_email(invitation.email)
    inviter = invitation.invited_by
    return rules.refusal_to_accept(
        accepted=invitation.accepted,
        revoked=invitation.revoked,
        expires=invitation.expires,
        now=now,
        disabled=user is not None and not user.is_active,
        someone_else=by is not None and by != user,
        still_meant=inviter is not None and rules.may_appoint(posts_of(inviter), post_of(invitation)),
    )


@transaction.atomic
def accept(*, invitation: Invitation, by: User | None, now: datetime) -> Acceptance:
    """Give the invited person her role, and an account without password if she has none.

    Whoever has the link can read mail to the address, which is all that an account needs: there one logs in by an
    e-mailed code. `by` is the person who is logged in, if anybody is; it must be the invited one.
    Raises InvitationRefused.
    """
    invitation = lock(invitation)
    if refusal := refusal_to_accept(invitation=invitation, by=by, now=now):
        raise InvitationRefused(refusal)
    user = User.objects.by_email(invitation.email)
    new_account = user is None
    if user is None:
        user = User.objects.create_user(
            invitation.email,
            first_name=invitation.first_name,
            last_name=invitation.last_name,
            language=invitation.language,
        )
        record("user.created", user, by=user, now=now, after={"email": user.email})
    assignment = grant_role(
        user=user,
        role=invitation.role,
        region=invitation.region,
        municipality=invitation.municipality,
        by=invitation.invited_by,
        now=now,
    )
    invitation.accepted = now
    invitation.save(update_fields=["accepted"])
    record("invitation.accepted", invitation, by=user, now=now, scope=post_of(invitation).region)
    return Acceptance(user=user, assignment=assignment, new_account=new_account)
