"""In which of her roles a user acts: it decides the menu and the page she lands on, never what she may do."""

from django.http import HttpRequest

from accounts.models import RoleAssignment

SESSION_KEY = "acting_role"


def acting_role(request: HttpRequest) -> RoleAssignment | None:
    """The role that the user chose for this session, else the first that she holds."""
    roles = request.user.roles if request.user.is_authenticated else []
    chosen = request.session.get(SESSION_KEY)
    return next((role for role in roles if str(role.pk) == chosen), roles[0] if roles else None)


def act_as(request: HttpRequest, assignment: RoleAssignment) -> None:
    """Let the user act in `assignment`, one of her own, until she logs out or chooses another."""
    request.session[SESSION_KEY] = str(assignment.pk)
