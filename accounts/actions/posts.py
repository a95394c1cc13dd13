"""Roles as the rules read them."""

from accounts.models import RoleAssignment, User
from accounts.rules import Post


def posts_of(user: User) -> list[Post]:
    """The posts that `user` holds at this moment, read afresh: the request may have loaded them a while ago."""
    assignments = RoleAssignment.objects.filter(user=user, user__is_active=True).select_related("municipality")
    return [post_of(assignment) for assignment in assignments]


def post_of(assignment: RoleAssignment) -> Post:
    """The post that `assignment` stands for."""
    municipality = assignment.municipality
    return Post(assignment.role, municipality.region_id if municipality else assignment.region_id)
