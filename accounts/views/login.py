"""The log-in page; allauth does the rest."""

from typing import Any

from allauth.account.views import LoginView as AllauthLoginView
from django.conf import settings

from accounts import demo
from accounts.models import User


class LoginView(AllauthLoginView):  # type: ignore[misc]
    """Two ways in on one page, and in development the demo's log-ins."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo_logins": demo_logins(), "demo_password": demo.PASSWORD}


def demo_logins() -> list[tuple[str, object]]:
    """Address and description of every demo user that exists; none outside development."""
    if not settings.DEVELOPMENT:
        return []
    there = set(User.objects.filter(email__in=demo.LOGINS, is_active=True).values_list("email", flat=True))
    return [(email, label) for email, label in demo.LOGINS.items() if email in there]


login = LoginView.as_view()
