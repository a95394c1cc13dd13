"""Roles and invitations as the rules read them."""

from accounts import rules
from accounts.exceptions import InvitationRefused
from accounts.models import Invitation, RoleAssignment, User
from accounts.rules import Post
from common.locking import lock


def posts_of(user: User) -> list[Post]:
    """The posts that `user` holds at this moment, read afresh: the request may have loaded them a while ago."""
    assignments = RoleAssignment.objects.filter(user=user, user__is_active=True).select_related("municipality")
    return [post_of(assignment) for assignment in assignments]


def post_of(role: RoleAssignment | Invitation) -> Post:
    """The post that somebody holds or is invited to."""
    municipality = role.municipality
    if municipality:
        return Post(role.role, municipality.region_id, municipality.pk)
    return Post(role.role, role.region_id)


def lock_open(invitation: Invitation, *, by: User) -> Invitation:
    """Return `invitation` locked, to be changed by `by`.

    Raises InvitationRefused if it has been accepted or revoked, or if `by` may not give the role.
    """
    invitation = lock(invitation)
    if refusal := rules.refusal_to_change_invitation(
        posts_of(by), post_of(invitation), accepted=invitation.accepted, revoked=invitation.revoked
    ):
        raise InvitationRefused(refusal)
    return invitation
