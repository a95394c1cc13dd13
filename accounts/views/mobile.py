"""The number for SMS: typed, proved by a code that is sent to it, removed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.exceptions import MobileRefused
from accounts.forms import MobileCodeForm, MobileForm
from accounts.http import AuthenticatedRequest
from accounts.messages import is_lost
from common.phones import readable


@require_http_methods(["GET", "HEAD", "POST"])
def mobile(request: AuthenticatedRequest) -> HttpResponse:
    """Type a number, to which a code is sent."""
    form = MobileForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_code(user=request.user, mobile=form.cleaned_data["mobile"], now=timezone.now())
        except MobileRefused as refused:
            form.add_error("mobile", refused.reason)
        else:
            return redirect("accounts:mobile_code")
    return render(request, "accounts/mobile.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def mobile_code(request: AuthenticatedRequest) -> HttpResponse:
    """Enter the code, as long as there is a number that waits for one."""
    user, now = request.user, timezone.now()
    if not user.mobile or user.sms_number or not user.can_get_sms:
        return redirect("accounts:preferences")
    form = MobileCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_mobile(user=user, code=form.cleaned_data["code"], now=now)
        except MobileRefused as refused:
            form.add_error("code", refused.reason)
        else:
            messages.success(
                request,
                _("The number %(number)s is confirmed. Reminders by SMS go there from now on.")
                % {"number": readable(user.mobile)},
            )
            return redirect("accounts:preferences")
    sent = user.mobile_codes.open().first()
    awaited = sent if sent and sent.can_be_entered(now=now) else None
    context = {"form": form, "awaited": awaited, "is_lost": awaited and is_lost(awaited)}
    return render(request, "accounts/mobile_code.html", context, status=422 if form.errors else 200)


@require_POST
def resend_mobile_code(request: AuthenticatedRequest) -> HttpResponse:
    """Send a code to the number that waits for one; an earlier one ends."""
    user = request.user
    if user.mobile and not user.sms_number:
        again = user.mobile_codes.open().exists()
        try:
            actions.ask_for_code(user=user, mobile=user.mobile, now=timezone.now())
        except MobileRefused as refused:
            messages.error(request, refused.reason)
        else:
            text = (
                _("A new code is on its way. The earlier one no longer works.") if again else _("A code is on its way.")
            )
            messages.success(request, text)
    return redirect("accounts:mobile_code")


@require_POST
def remove_mobile(request: AuthenticatedRequest) -> HttpResponse:
    """Forget the number. Nothing but a new code brings it back."""
    actions.remove_mobile(user=request.user, now=timezone.now())
    messages.success(request, _("Your number is removed. You get no SMS any more."))
    return redirect("accounts:preferences")
