"""Deferring to a later cohort, and placing someone who is deferred."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.changing import coordinates, goes_on_elsewhere
from participants.choices import EnrolmentStatus
from participants.enrolling.later import later_cohorts
from participants.exceptions import EnrolmentRefused
from participants.forms.defer import DeferForm, PlaceForm
from participants.models import Enrolment
from participants.rules.changes import refusal_to_defer, refusal_to_place
from participants.views.enrolment import load_enrolment


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def defer(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Where to, and why; on POST the place is left, and taken in the later cohort."""
    shown = load_enrolment(request, pk)
    return _answer(request, shown, DeferForm, actions.defer, refusal_to_defer(shown.status))


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """A cohort for someone who is deferred."""
    shown = load_enrolment(request, pk)
    refusal = refusal_to_place(shown.status, goes_on=goes_on_elsewhere(shown))
    return _answer(request, shown, PlaceForm, actions.place_deferred, refusal)


def _answer(
    request: AuthenticatedRequest,
    shown: Enrolment,
    asked: type[PlaceForm],
    action: Callable[..., Enrolment],
    refusal: str | None,
) -> HttpResponse:
    now = timezone.now()
    form = asked(
        request.POST if request.method == "POST" else None,
        choices=later_cohorts(shown, user=request.user, now=now),
        may_go_beyond=coordinates(request.user, shown),
    )
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            result = action(enrolment=shown, by=request.user, now=now, **form.stated())
        except EnrolmentRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _said(result))
            return redirect("participants:enrolment", result.pk)
    context = {"enrolment": shown, "form": form, "refusal": refusal, "places": asked is PlaceForm}
    is_refused = bool(form.errors) or (refusal and request.method == "POST")
    return render(request, "participants/defer.html", context, status=422 if is_refused else 200)


def _said(result: Enrolment) -> str:
    names = {"name": result.participant, "cohort": result.cohort.name}
    if result.status == EnrolmentStatus.ENROLLED:
        return _("%(name)s has a seat in %(cohort)s.") % names
    if result.status == EnrolmentStatus.WAITING:
        return _("%(name)s is on the waiting list of %(cohort)s.") % names
    return _("%(name)s is deferred, and waits to be placed in a cohort.") % names
