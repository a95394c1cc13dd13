"""A lecturer's own sessions."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from sessions.models import CohortSession

PAGE_SIZE = 25


@requires(Permission.TEACH)
@require_safe
def teaching(request: AuthenticatedRequest) -> HttpResponse:
    """Her coming sessions, the next one first, and past ones, the latest first, with the state of their registers."""
    now = timezone.now()
    sessions = CohortSession.objects.taught_by(request.user).with_details().with_register_counts()
    past = sessions.held_or_planned().filter(ends__lte=now).order_by("-starts")
    context = {
        "today": timezone.localdate(now),
        "coming": sessions.filter(ends__gt=now).order_by("starts"),
        "page": Paginator(past, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "sessions/teaching.html", context)
