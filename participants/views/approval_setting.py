"""Whether the applications for a programme are approved."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Programme
from participants.actions.approval_setting import set_approval
from participants.exceptions import EnrolmentRefused


@requires(Permission.PLAN)
@require_POST
def approval(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Begin or stop approving applications; `needed` is empty to stop."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user).coordinated_by(request.user), pk=pk)
    needed = bool(request.POST.get("needed"))
    try:
        set_approval(programme=programme, needed=needed, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    else:
        done = _("From now on applications wait for approval.") if needed else _("From now on seats are given at once.")
        messages.success(request, done)
    return redirect("cohorts:admission", pk)
