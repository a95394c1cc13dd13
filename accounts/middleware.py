"""Which language a page speaks, and where a log-in leads back to."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

SESSION_KEY = "language"


class LanguageMiddleware:
    """Speak the language that the user has chosen, else the session's, else Swedish.

    Django's LocaleMiddleware keeps the choice in a cookie of its own; the portal sets no cookies
    beyond session and CSRF, so that it needs no banner.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = (
            request.user.language
            if request.user.is_authenticated
            else request.session.get(SESSION_KEY, settings.LANGUAGE_CODE)
        )
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class LogInMiddleware(LoginRequiredMiddleware):
    """Lead who has been logged out and sends a form back to its page: a button's own address can't be opened."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> Any:
        if request.method == "POST":
            return redirect_to_login(request.headers.get("Referer", "/"))
        return super().handle_no_permission(request, view_func)
