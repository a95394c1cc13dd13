"""Calendar files to download."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from sessions.calendars.icalendar import CONTENT_TYPE, PUBLISH, calendar_of
from sessions.models import CohortSession


@require_safe
def calendar(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """One session."""
    session = get_object_or_404(CohortSession.objects.visible_to(request.user).with_details(), pk=pk)
    return _download([session], filename=_("session.ics"))


@require_safe
def cohort_calendar(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """All sessions of a cohort that the reader may see; 404 if there is none."""
    sessions = list(CohortSession.objects.visible_to(request.user).with_details().filter(cohort=pk))
    if not sessions:
        raise Http404
    return _download(sessions, filename=_("sessions.ics"))


def _download(sessions: list[CohortSession], *, filename: str) -> HttpResponse:
    return HttpResponse(
        calendar_of(sessions, now=timezone.now()),
        content_type=f"{CONTENT_TYPE}; method={PUBLISH}",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
