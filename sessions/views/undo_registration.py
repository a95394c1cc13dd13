"""Undoing a wrong registration."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants.choices import ACTIVE
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment
from sessions import actions
from sessions.attendance.dependents import refusal_to_undo


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_registration(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Ask first, or say what depends on it; on POST delete the enrolment."""
    shown = get_object_or_404(Enrolment.objects.visible_to(request.user).with_people(), pk=pk)
    now = timezone.now()
    if request.method == "POST":
        name = shown.participant.full_name
        try:
            actions.undo_registration(enrolment=shown, by=request.user, now=now)
        except EnrolmentRefused as refused:
            messages.error(request, refused.reason)
            return redirect("participants:enrolment", shown.pk)
        messages.success(request, _("The registration of %(name)s is undone.") % {"name": name})
        return redirect("certificates:people")
    context = {
        "enrolment": shown,
        "refusal": refusal_to_undo(shown, by=request.user, now=now),
        "is_active": shown.status in ACTIVE,
    }
    return render(request, "sessions/undo_registration.html", context)
