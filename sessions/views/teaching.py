"""A lecturer's own sessions, questions to her, and the days on which she can't."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import FEW_ROWS, paginated
from sessions.models import CohortSession, Lecturer, TeachingRequest
from sessions.registers.asking import asked_of


@requires(Permission.TEACH)
@require_safe
def teaching(request: AuthenticatedRequest) -> HttpResponse:
    """What waits for her answer, her next session, the coming ones, and past ones with the state of their registers."""
    user, now = request.user, timezone.now()
    today = timezone.localdate(now)
    sessions = CohortSession.objects.taught_by(user).with_details().with_register_counts()
    past = sessions.held(now=now)
    coming = list(sessions.filter(ends__gt=now).order_by("starts"))
    waiting = TeachingRequest.objects.visible_to(user).addressed_to(user).open().with_details()
    entries = Lecturer.objects.visible_to(user).herself(user).select_related("region")
    context = {
        "today": today,
        "asked": [asked for asked in asked_of(waiting, now=now) if asked.state.can_be_answered],
        "next": next((session for session in coming if not session.is_cancelled), None),
        "coming": coming,
        "page": paginated(past, request, FEW_ROWS),
        "entries": entries.with_unavailable_days(since=today),
    }
    return render(request, "sessions/teaching.html", context)
