"""Who has which role, and who has been invited."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.exceptions import InvitationRefused
from accounts.forms import ColleagueFilter, InviteForm
from accounts.http import AuthenticatedRequest
from accounts.models import Invitation, RoleAssignment
from accounts.permissions import Permission, requires
from accounts.querysets import InvitationQuerySet
from common.pages import paginated


@requires(Permission.INVITE)
@require_safe
def colleagues(request: AuthenticatedRequest) -> HttpResponse:
    """The people whose roles she may give and end, and the invitations that nobody has accepted."""
    now = timezone.now()
    form = ColleagueFilter(request.GET, user=request.user)
    wanted = form.cleaned_data if form.is_valid() else {}
    people = RoleAssignment.objects.visible_to(request.user).appointable_by(request.user).search(wanted.get("q", ""))
    if role := wanted.get("role"):
        people = people.filter(role=role)
    invitations = _invitations_of(request).pending().with_places()
    context = {
        "form": form,
        "filtered": any(wanted.values()),
        "page": paginated(people.for_list().with_inviters(), request),
        "invitations": invitations,
        "overdue": invitations.overdue(now=now).count(),
        "now": now,
    }
    return render(request, "accounts/colleagues.html", context)


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: AuthenticatedRequest) -> HttpResponse:
    """Invite somebody to a role by mail."""
    asked_for = {name: request.GET.get(name) for name in ("role", "region", "municipality")}
    initial = asked_for | {"language": request.user.language}
    form = InviteForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = actions.invite(**form.cleaned_data, by=request.user, now=timezone.now())
        except InvitationRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
            return redirect("accounts:colleagues")
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.INVITE)
@require_POST
def resend_invitation(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Send an invitation again with a new link."""
    invitation = get_object_or_404(_invitations_of(request), pk=pk)
    try:
        actions.resend(invitation=invitation, by=request.user, now=timezone.now())
    except InvitationRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(
            request,
            _("A new invitation is on its way to %(email)s. The earlier link no longer works.")
            % {"email": invitation.email},
        )
    return redirect("accounts:colleagues")


@requires(Permission.INVITE)
@require_POST
def revoke_invitation(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Take an invitation back. It can be undone by inviting again."""
    invitation = get_object_or_404(_invitations_of(request), pk=pk)
    try:
        actions.revoke(invitation=invitation, by=request.user, now=timezone.now())
    except InvitationRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("The invitation to %(email)s has been revoked.") % {"email": invitation.email})
    return redirect("accounts:colleagues")


def _invitations_of(request: AuthenticatedRequest) -> InvitationQuerySet:
    return Invitation.objects.visible_to(request.user).appointable_by(request.user)
