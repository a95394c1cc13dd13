"""What a calendar program reads: no log-in, the address is the key."""

import hashlib
from datetime import timedelta
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from common.throttling import is_throttled, is_too_often
from sessions.calendars.feeds import file_of
from sessions.calendars.icalendar import CONTENT_TYPE
from sessions.models import CalendarFeed

READS_PER_MINUTE = 300  # of one address: a service such as Google's reads for many
READS_PER_HOUR = 60  # of one feed, which asks to be read once
MINUTE, HOUR = int(timedelta(minutes=1).total_seconds()), int(timedelta(hours=1).total_seconds())
MAX_AGE = int(timedelta(minutes=5).total_seconds())


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind `token`, or 304 if the reader has it. An unknown address and one that has ended are both 404.

    The ETag is of the very bytes. There is no Last-Modified: texts, roles and enrolments change what one reads
    without leaving a time behind, and a time that is wrong would hide a change.
    """
    now = timezone.now()
    if is_throttled(request, "feed", limit=READS_PER_MINUTE, seconds=MINUTE, now=now):
        return _later(MINUTE)
    found = CalendarFeed.objects.behind(token)
    if found is None:
        raise Http404
    if is_too_often(str(found.pk), "feed", limit=READS_PER_HOUR, seconds=HOUR, now=now):
        return _later(HOUR)
    content = file_of(found, now=now)
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    response = HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={
            "ETag": etag,
            "Content-Language": found.user.language,
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        },
    )
    patch_cache_control(response, private=True, max_age=MAX_AGE)
    return get_conditional_response(request, etag=etag, response=response) or response


def _later(seconds: int) -> HttpResponse:
    return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})
