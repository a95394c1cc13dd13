"""One session: for everyone who may see it."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from sessions.attendance.register import why_closed
from sessions.changing.history import history_of, reach_of
from sessions.clashes.reading import obstacles_of
from sessions.materials.shelves import shelf_of
from sessions.models import CohortSession
from sessions.registers.asking import asked_of

LATELY = timedelta(days=30)


@require_safe
def session(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """When, where, with whom, and how to prepare. Who may see which session is for `visible_to` to say."""
    user = request.user
    rows = CohortSession.objects.visible_to(user).with_register_counts().with_details()
    found = get_object_or_404(rows.prefetch_related(None), pk=pk)  # its lecturers come with the day's, or when shown
    now = timezone.now()
    plans = found.cohort.programme.region_id in user.coordinated_region_ids
    is_open = why_closed(found, now=now) is None
    history = history_of(found, with_lecturers=plans)
    latest = history[0] if history else None
    can_undo = plans and latest is not None and min([found.starts, *latest.starts]) > now
    shelf = shelf_of(found, user, today=timezone.localdate(now))
    context = {
        "session": found,
        "plans": plans,
        "expected": found.expected if plans else 0,
        "keeps_register": is_open and shelf.may_share,
        "past": found.ends <= now,
        "shelf": shelf,
        "obstacles": obstacles_of(found, now=now) if plans else [],
        "history": history if plans else [],
        "latest": latest,
        "changed_lately": latest is not None and found.ends > now and latest.at > now - LATELY,
        "reach": reach_of(latest.change) if can_undo and latest else None,
        "asked": asked_of(found.teaching_requests.with_details(), now=now) if plans else [],
    }
    return render(request, "sessions/session.html", context)


@require_safe
def short(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Lead from the address that an SMS has room for to the session's own, which says who may see it."""
    return redirect("sessions:session", pk=pk)
