"""Withdrawing an enrolment, and undoing that."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.changing import leaving, refusal_to_undo
from participants.choices import ACTIVE
from participants.exceptions import EnrolmentRefused
from participants.forms.changes import WithdrawForm
from participants.views.enrolment import load_enrolment


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Ask first, and say whether it is late; on POST withdraw."""
    shown, now = load_enrolment(request, pk), timezone.now()
    follows = leaving(shown, now=now)
    form = WithdrawForm(request.POST if request.method == "POST" else None, late=follows.late)
    if request.method == "POST" and form.is_valid():
        try:
            withdrawn = actions.withdraw(enrolment=shown, by=request.user, now=now, reason=form.cleaned_data["reason"])
        except EnrolmentRefused as refused:
            messages.error(request, refused.reason)
        else:
            refusal = refusal_to_undo(withdrawn, now=now)
            if refusal:
                text = _("%(name)s is withdrawn. It can't be undone. %(reason)s")
            else:
                text = _("%(name)s is withdrawn. You can undo it here within a day.")
            messages.success(request, text % {"name": shown.participant, "reason": refusal})
        return redirect("participants:enrolment", shown.pk)
    context = {"enrolment": shown, "form": form, "is_active": shown.status in ACTIVE, "follows": follows}
    return render(request, "participants/withdraw.html", context, status=422 if form.errors else 200)


@requires(Permission.ENROL)
@require_POST
def undo_leaving(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Take the enrolment up again, as it was."""
    shown = load_enrolment(request, pk)
    try:
        restored = actions.undo_leaving(enrolment=shown, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    else:
        text = _("Undone. %(name)s: %(status)s.")
        messages.success(request, text % {"name": shown.participant, "status": restored.get_status_display()})
    return redirect("participants:enrolment", shown.pk)
