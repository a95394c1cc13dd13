"""Throwing away a draft."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.models import EnrolmentDraft


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def discard_draft(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Ask first; on POST throw it away."""
    drafts = EnrolmentDraft.objects.visible_to(request.user).unsent().select_related("cohort")
    draft = get_object_or_404(drafts, pk=pk)
    if request.method == "POST":
        actions.discard_draft(draft=draft, by=request.user)
        messages.success(request, _("The draft has been thrown away."))
        return redirect("participants:enrol")
    return render(request, "participants/discard_draft.html", {"draft": draft})
