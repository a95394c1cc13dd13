"""What a coordinator decides about seats: to give one out of turn or beyond what is left, to take an offer back."""

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
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.forms.changes import GiveSeatForm, TakeBackForm
from participants.models import Enrolment
from participants.offering import open_offer_of
from participants.rules.seats import Seats
from participants.seating import is_wanted, positions, seats_of
from participants.views.enrolment import load_enrolment


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def give_seat(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What follows from giving someone who waits a seat now; on POST give it."""
    enrolment = load_enrolment(request, pk)
    seats = _seats(enrolment)
    beyond = seats.available_to(enrolment.municipality_id) == 0
    answers = request.POST.copy() if request.method == "POST" else None
    form = GiveSeatForm(answers, beyond=beyond)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_seat(enrolment=enrolment, by=request.user, now=timezone.now(), **form.cleaned_data)
        except EnrolmentRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("%(name)s has got a seat.") % {"name": enrolment.participant})
            return redirect("participants:cohort", enrolment.cohort_id)
    if answers is not None:
        answers["beyond"] = str(beyond)  # the page that is shown now says it
    context = {
        "enrolment": enrolment,
        "form": form,
        "is_waiting": enrolment.status == EnrolmentStatus.WAITING,
        "beyond": beyond,
        "seats": seats,
        "held_after": seats.held + 1,
        "position": positions(seats).get(enrolment.pk),
    }
    return render(request, "participants/give_seat.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back_offer(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What follows from taking an offer back; on POST take it back."""
    enrolment = load_enrolment(request, pk)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.take_back_offer(enrolment=enrolment, by=request.user, now=timezone.now(), reason=reason)
        except EnrolmentRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _("The offer to %(name)s is taken back.") % {"name": enrolment.participant})
        return redirect("participants:cohort", enrolment.cohort_id)
    is_open = enrolment.status == EnrolmentStatus.OFFERED
    context = {
        "enrolment": enrolment,
        "form": form,
        "offer": open_offer_of(enrolment) if is_open else None,
        "is_wanted": is_wanted(enrolment, today=timezone.localdate()),
    }
    return render(request, "participants/take_back.html", context, status=422 if form.errors else 200)


def _seats(enrolment: Enrolment) -> Seats:
    return seats_of(enrolment.cohort, today=timezone.localdate())
