"""Sending again, at once, the invitations that nobody has accepted for days."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.exceptions import InvitationRefused
from accounts.forms import ResendForm
from accounts.http import AuthenticatedRequest
from accounts.models import Invitation
from accounts.permissions import Permission, requires


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def resend_invitations(request: AuthenticatedRequest) -> HttpResponse:
    """Show which, all of them chosen at first; a POST sends new links to those that are."""
    now = timezone.now()
    mine = Invitation.objects.visible_to(request.user).appointable_by(request.user)
    overdue = mine.overdue(now=now).with_places()
    form = ResendForm(request.POST if request.method == "POST" else None, invitations=overdue)
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["invitations"])
        try:
            actions.resend_all(invitations=chosen, by=request.user, now=now)
        except InvitationRefused as refused:
            messages.error(request, refused.reason)
        else:
            text = ngettext(
                "%(number)d invitation is on its way again. The earlier link no longer works.",
                "%(number)d invitations are on their way again. The earlier links no longer work.",
                len(chosen),
            )
            messages.success(request, text % {"number": len(chosen)})
        return redirect("accounts:colleagues")
    context = {"form": form, "number": len(overdue)}
    return render(request, "accounts/resend_invitations.html", context, status=422 if form.errors else 200)
