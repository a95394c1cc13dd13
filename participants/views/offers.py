"""Offers of a seat: those that are open, and answering one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from common.pages import paginated
from participants import actions
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.forms.changes import DeclineForm
from participants.models import Offer
from participants.offering import open_offer_of
from participants.querysets import OfferQuerySet
from participants.seating import is_wanted
from participants.views.enrolment import load_enrolment


@requires(Permission.ENROL)
@require_safe
def offers(request: AuthenticatedRequest) -> HttpResponse:
    """Seats that wait for the user's answer, the most urgent first."""
    context = {"page": paginated(open_offers_to(request.user).with_people().by_deadline(), request)}
    return render(request, "participants/offers.html", context)


def open_offers_to(user: User) -> OfferQuerySet:
    """Those that `user` can still answer."""
    return Offer.objects.visible_to(user).open().filter(expires__gt=timezone.now())


@requires(Permission.ENROL)
@require_POST
def accept_offer(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Take the seat."""
    enrolment = load_enrolment(request, pk)
    try:
        actions.accept_offer(enrolment=enrolment, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("%(name)s is enrolled.") % {"name": enrolment.participant})
    return redirect("participants:enrolment", enrolment.pk)


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def decline_offer(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Ask first; on POST say no to the seat."""
    enrolment = load_enrolment(request, pk)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.decline_offer(enrolment=enrolment, by=request.user, now=timezone.now(), reason=reason)
        except EnrolmentRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _("The seat for %(name)s is declined.") % {"name": enrolment.participant})
        return redirect("participants:enrolment", enrolment.pk)
    is_open = enrolment.status == EnrolmentStatus.OFFERED
    context = {
        "enrolment": enrolment,
        "form": form,
        "offer": open_offer_of(enrolment) if is_open else None,
        "is_wanted": is_wanted(enrolment, today=timezone.localdate()),
    }
    return render(request, "participants/decline.html", context, status=422 if form.errors else 200)
