"""Roles as the rules read them."""

from accounts.models import Invitation, RoleAssignment, User
from accounts.rules import Post


def posts_of(user: User) -> list[Post]:
    """The posts that `user` holds at this moment, read afresh: the request may have loaded them a while ago."""
    assignments = RoleAssignment.objects.filter(user=user, user__is_active=True).select_related("municipality")
    return [post_of(assignment) for assignment in assignments]


def post_of(role: RoleAssignment | Invitation) -> Post:
    """The post that somebody holds or is invited to."""
    municipality = role.municipality
    return Post(role.role, municipality.region_id if municipality else role.region_id)
