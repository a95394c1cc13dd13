"""The page behind the link in an invitation."""

from http import HTTPStatus

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.acting import act_as
from accounts.exceptions import InvitationRefused
from accounts.models import Invitation
from accounts.permissions import ROLES
from accounts.tokens import hash_of


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites to what; a POST accepts. GET changes nothing, for mail scanners follow every link."""
    invitation = get_object_or_404(Invitation.objects.with_places(), token_hash=hash_of(token))
    now = timezone.now()
    by = request.user if request.user.is_authenticated else None
    if request.method == "POST":
        try:
            acceptance = actions.accept(invitation=invitation, by=by, now=now)
        except InvitationRefused as refused:
            return _page(request, invitation, refusal=refused.reason)
        return _welcome(request, acceptance)
    return _page(request, invitation, refusal=actions.refusal_to_accept(invitation=invitation, by=by, now=now))


def _page(request: HttpRequest, invitation: Invitation, *, refusal: str | None) -> HttpResponse:
    context = {"invitation": invitation, "purpose": ROLES[invitation.role].purpose, "refusal": refusal}
    return render(request, "accounts/invitation.html", context, status=HTTPStatus.GONE if refusal else HTTPStatus.OK)


def _welcome(request: HttpRequest, acceptance: actions.Acceptance) -> HttpResponse:
    """Log in whoever has got her account by this; one who had an account before proves as usual that it is hers."""
    role = acceptance.assignment.get_role_display().lower()
    if request.user.is_authenticated:
        act_as(request, acceptance.assignment)
        messages.success(request, _("You are now %(role)s.") % {"role": role})
        return redirect("home")
    if acceptance.new_account:
        messages.success(
            request, _("Welcome! Your account is ready. Next time you log in with a code that we send to you.")
        )
        response: HttpResponse = perform_login(request, acceptance.user)
        return response
    messages.success(request, _("You are now %(role)s. Log in to begin.") % {"role": role})
    return redirect("account_login")
