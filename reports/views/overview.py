"""The coordinator's overview: where she begins."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from reports.first_steps import first_steps
from reports.todo import overview_of


@requires(Permission.SEE_REGION)
@require_safe
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """What needs doing, the most urgent first; in a region that is still empty, what to do first."""
    overview = overview_of(request.user, now=timezone.now(), unfolded=request.GET.get("visa", ""))
    if overview.nothing_ahead and (steps := first_steps(request.user)):
        return render(request, "reports/first_steps.html", {"steps": steps})
    return render(request, "reports/overview.html", {"overview": overview})
