"""One cohort: its sessions, its details, and its publication."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from participants.models import Enrolment
from regions.models import Municipality
from sessions.actions import change_cohort, discard_cohort, publish_cohort
from sessions.boards.board import rows_of
from sessions.boards.selection import with_span
from sessions.exceptions import PlanningRefused
from sessions.forms.cohort import CohortForm


@requires(Permission.SEE_REGION)
@require_safe
def cohort(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The cohort and its sessions."""
    now = timezone.now()
    found = get_object_or_404(_cohorts(request.user), pk=pk)
    [row] = rows_of([found], user=request.user, now=now)
    context = {
        "cohort": found,
        "tab": "sessions",
        "row": row,
        "waiting": Enrolment.objects.visible_to(request.user).waiting().filter(cohort=found).count(),
        "seat_allocations": found.seat_allocations.select_related("municipality"),
        "is_open": found.is_open_for_application(timezone.localdate(now)),
    }
    return render(request, "sessions/cohort.html", context)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_cohort(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Change name, seats and application period."""
    found = get_object_or_404(_cohorts(request.user), pk=pk)
    form = CohortForm(
        request.POST or None,
        initial=CohortForm.initial_of(found),
        municipalities=list(Municipality.objects.visible_to(request.user).filter(region=found.programme.region_id)),
        taken=Enrolment.objects.visible_to(request.user).seated().filter(cohort=found).count(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_cohort(cohort=found, details=form.details(), by=request.user, now=timezone.now())
        except PlanningRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("The cohort is changed."))
            return redirect("sessions:cohort", pk=found.pk)
    context = {"cohort": found, "form": form}
    return render(request, "sessions/edit_cohort.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_POST
def publish(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Publish a draft, or say what is in the way."""
    found = get_object_or_404(_cohorts(request.user), pk=pk)
    try:
        publish_cohort(cohort=found, by=request.user, now=timezone.now())
    except PlanningRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("The cohort is published. Managers can enrol from its first day of application."))
    return redirect("sessions:cohort", pk=found.pk)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Delete a draft, after saying what goes with it."""
    found = get_object_or_404(_cohorts(request.user), pk=pk)
    if request.method != "POST":
        return render(request, "sessions/discard_cohort.html", {"cohort": found, "sessions": found.sessions.count()})
    try:
        discard_cohort(cohort=found, by=request.user, now=timezone.now())
    except PlanningRefused as refused:
        messages.error(request, refused.reason)
        return redirect("sessions:cohort", pk=found.pk)
    messages.success(request, _("The draft is deleted."))
    return redirect("sessions:board")


def _cohorts(user: User) -> QuerySet[Cohort]:
    return with_span(Cohort.objects.visible_to(user).coordinated_by(user)).select_related("programme__region")
