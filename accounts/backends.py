"""How a password is checked."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import demo
from accounts.models import User


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, but the demo's password opens nothing in production, whoever brought it there."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        if settings.PRODUCTION and credentials.get("password") == demo.PASSWORD:
            raise PermissionDenied
        user: User | None = super().authenticate(request, **credentials)
        return user
