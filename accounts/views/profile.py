"""A user's own account."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.acting import act_as
from accounts.forms import ProfileForm
from accounts.http import AuthenticatedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: AuthenticatedRequest) -> HttpResponse:
    """Name, language, how she logs in, and her roles."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = actions.change_profile(**form.cleaned_data, user=request.user, now=timezone.now())
        with translation.override(user.language):
            messages.success(request, _("Your profile has been saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def roles(request: AuthenticatedRequest) -> HttpResponse:
    """Her roles, to choose one to act in."""
    return render(request, "accounts/roles.html")


@require_POST
def switch_role(request: AuthenticatedRequest) -> HttpResponse:
    """Act in another of one's own roles, on its first page."""
    chosen = next((role for role in request.user.roles if str(role.pk) == request.POST.get("role")), None)
    if chosen is None:
        raise Http404
    act_as(request, chosen)
    return redirect("home")
