"""Middleware that belongs to no domain."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found
from redis.exceptions import RedisError

from common.exceptions import Gone, StorageAway

logger = logging.getLogger(__name__)
RETRY_AFTER = 60  # seconds


class NoStoreMiddleware:
    """Keep what is behind the log-in out of every cache, also the browser's (ASVS 5.0, 14.3.2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class GoneMiddleware:
    """Answer 404 to who changes what somebody has deleted since the page was opened, as if she had come later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django with what a view raised; None leaves it to the others."""
        return page_not_found(request, exception) if isinstance(exception, Gone) else None


class AwayMiddleware:
    """Answer 503 where a file is wanted whose store doesn't answer, or where attempts must be counted and the cache
    that counts them is away: to let everyone in uncounted would open the doors to guessing just when nobody looks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django with what a view raised; None leaves it to the others."""
        if not isinstance(exception, (RedisError, StorageAway)):
            return None
        logger.error("cache or storage doesn't answer: %s", exception)
        response = render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
