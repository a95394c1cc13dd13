"""What every page shows: navigation and the role in which its reader acts."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.acting import acting_role
from accounts.permissions import Permission
from introprogram.navigation import navigation_for


def portal(request: HttpRequest) -> dict[str, Any]:
    """Template context: `acting` (a role assignment or None), `navigation` (the entries of the main menu), `searches`.

    The latter is whether the header has a field to search in: not on the page that has its own.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"acting": None, "navigation": [], "searches": False}
    acting = acting_role(request)
    return {
        "acting": acting,
        "navigation": navigation_for(acting, request.path),
        "searches": user.may(Permission.SEARCH) and request.path != reverse("reports:search"),
    }
