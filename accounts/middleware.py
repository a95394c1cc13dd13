"""Which language a page speaks."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
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
