"""What every page shows: navigation and the role in which its reader acts."""

from typing import Any

from django.http import HttpRequest

from accounts.acting import acting_role
from introprogram.navigation import navigation_for


def portal(request: HttpRequest) -> dict[str, Any]:
    """Template context: `acting` (a role assignment or None) and `navigation` (the entries of the main menu)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"acting": None, "navigation": []}
    acting = acting_role(request)
    return {"acting": acting, "navigation": navigation_for(acting, request.path)}
