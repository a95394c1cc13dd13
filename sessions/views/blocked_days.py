"""The days that a region keeps free of sessions."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from sessions.actions import block_days, unblock_days
from sessions.exceptions import PlanningRefused
from sessions.forms.registers import BlockedDaysForm
from sessions.models import BlockedPeriod
from sessions.views.registers import regions_of


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def blocked_days(request: AuthenticatedRequest) -> HttpResponse:
    """The coming ones with what is planned on them, past ones folded, and a form for more.

    Answers in the address fill the form in: that is how days that have just been removed are taken back.
    """
    user = request.user
    form = BlockedDaysForm(request.POST or None, regions=regions_of(user), initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            block_days(period=form.save(commit=False), by=user, now=timezone.now())
        except PlanningRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("The days are kept free. What is planned on them already stays."))
            return redirect("sessions:blocked_days")
    today = timezone.localdate()
    periods = (
        BlockedPeriod.objects.visible_to(user).select_related("region").with_planned().order_by("first", "last", "pk")
    )
    context = {
        "form": form,
        "coming": periods.filter(last__gte=today).order_by("first", "last", "pk"),
        "past": periods.filter(last__lt=today).order_by("-first", "pk"),
        "several_regions": len(user.coordinated_region_ids) > 1,
    }
    return render(request, "sessions/blocked_days.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_POST
def unblock(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Let sessions be planned on the days again; the form is filled in with them, should it have been a mistake."""
    period = get_object_or_404(BlockedPeriod.objects.visible_to(request.user), pk=pk)
    answers = {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "reason": period.reason,
        "region": str(period.region_id),
    }
    unblock_days(period=period, by=request.user, now=timezone.now())
    messages.success(request, _("The days are removed. Was it a mistake? The form holds them: keep them free again."))
    return redirect(f"{reverse('sessions:blocked_days')}?{urlencode(answers)}")
