"""Cancelling one session, once it has been said what follows."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from sessions.actions import cancel_session
from sessions.changing.alterations import Alteration
from sessions.changing.consequences import Consequences, consequences_of
from sessions.exceptions import PlanningRefused
from sessions.forms.session import CancelForm
from sessions.views.change_session import planned_session


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what happens and to whom, take a sentence to them, then cancel the session."""
    found = planned_session(request.user, pk)
    form = CancelForm(request.POST or None, initial={"version": found.version})
    consequences = consequences_of([Alteration.cancelling(found)], now=timezone.now())
    if request.method == "POST" and form.is_valid() and form.may_go_ahead(found, consequences):
        try:
            cancel_session(
                session=found,
                version=form.cleaned_data["version"],
                sentence=form.cleaned_data["sentence"],
                by=request.user,
                now=timezone.now(),
            )
        except PlanningRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _cancelled(consequences))
        return redirect("sessions:session", pk=pk)
    context = {"session": found, "form": form, "consequences": consequences}
    return render(request, "sessions/cancel_session.html", context, status=422 if request.method == "POST" else 200)


def _cancelled(consequences: Consequences) -> str:
    """Say that it is done, and how many are told."""
    told = len(consequences.people)
    if not told:
        return _("The session is cancelled.")
    return ngettext(
        "The session is cancelled. %(count)d person gets a message.",
        "The session is cancelled. %(count)d people get a message.",
        told,
    ) % {"count": told}
