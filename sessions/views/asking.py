"""Asking a lecturer whether she will teach a session, and taking the question back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from sessions.actions import ask_lecturer, withdraw_request
from sessions.clashes.reading import calendar_around
from sessions.exceptions import PlanningRefused
from sessions.forms.asking import AskForm
from sessions.models import Lecturer, TeachingRequest
from sessions.views.change_session import planned_session


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Choose whom to ask, the free ones first; what keeps the others is said beside their names."""
    user = request.user
    found = planned_session(user, pk)
    region = found.cohort.programme.region_id
    calendar = calendar_around([region], [found.starts])
    lecturers = list(Lecturer.objects.visible_to(user).filter(region=region).to_ask_about(found))
    form = AskForm(
        request.POST or None,
        lecturers=lecturers,
        obstacles=calendar.what_keeps(lecturers, calendar.booking_of(found)),
    )
    if request.method == "POST" and form.is_valid():
        lecturer = form.cleaned_data["lecturer"]
        try:
            ask_lecturer(
                session=found,
                lecturer=lecturer,
                sentence=form.cleaned_data["sentence"],
                by=user,
                now=timezone.now(),
            )
        except PlanningRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(
                request,
                _("The question is sent to %(lecturer)s. You get a mail with the answer.") % {"lecturer": lecturer},
            )
            return redirect("sessions:session", pk=pk)
    return render(
        request, "sessions/ask_lecturer.html", {"session": found, "form": form}, status=422 if form.errors else 200
    )


@requires(Permission.PLAN)
@require_POST
def withdraw(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Take a question back."""
    requests = TeachingRequest.objects.visible_to(request.user).coordinated_by(request.user).with_details()
    found = get_object_or_404(requests, pk=pk)
    try:
        withdraw_request(request=found, by=request.user, now=timezone.now())
    except PlanningRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(
            request,
            _("The question to %(lecturer)s is withdrawn. The link in the mail says so.")
            % {"lecturer": found.lecturer},
        )
    return redirect("sessions:session", pk=found.session_id)
