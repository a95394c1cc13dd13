"""Deciding on several applications at once: what follows first, then the decision."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.actions.approval import Decided
from participants.approving import outlooks
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.forms.approval import GroundsForm, RejectForm
from participants.models import Enrolment
from participants.views.inbox import applications_of

REJECT = "reject"


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: AuthenticatedRequest) -> HttpResponse:
    """What approving or rejecting the chosen applications leads to; on POST do it.

    The address holds which `enrolment`s, and the `decision`.
    """
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, _("Choose at least one application."))
        return redirect("participants:inbox")
    now = timezone.now()
    rejects = request.GET.get("decision") == REJECT
    form = (RejectForm if rejects else GroundsForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if rejects:
                decided = actions.reject(
                    enrolments=chosen,
                    reason=form.cleaned_data["reason"],
                    grounds=form.grounds(),
                    by=request.user,
                    now=now,
                )
            else:
                decided = actions.approve(enrolments=chosen, grounds=form.grounds(), by=request.user, now=now)
        except EnrolmentRefused as refused:
            form.add_error(None, refused.reason)
        else:
            _tell(request, decided)
            return redirect("participants:inbox")
    context = {"form": form, "rejects": rejects, "chosen": chosen, "outlooks": outlooks(chosen, now=now)}
    return render(request, "participants/decide.html", context, status=422 if form.errors else 200)


def _chosen(request: AuthenticatedRequest) -> list[Enrolment]:
    """The chosen applications. Raises Http404 if one of them isn't hers to see."""
    try:
        keys = {UUID(key) for key in request.GET.getlist("enrolment")}
    except ValueError as error:
        raise Http404 from error
    chosen = list(applications_of(request.user).filter(pk__in=keys).with_people().order_by("applied", "pk"))
    if len(chosen) < len(keys):
        raise Http404
    return chosen


def _tell(request: AuthenticatedRequest, decided: Decided) -> None:
    """What has been decided, and one by one what couldn't."""
    sentences = []
    if seated := decided.number_of(EnrolmentStatus.ENROLLED):
        text = ngettext("%(number)d has got a seat.", "%(number)d have got a seat.", seated)
        sentences.append(text % {"number": seated})
    if waiting := decided.number_of(EnrolmentStatus.WAITING):
        text = ngettext("%(number)d is on the waiting list.", "%(number)d are on the waiting list.", waiting)
        sentences.append(text % {"number": waiting})
    if rejected := decided.number_of(EnrolmentStatus.REJECTED):
        text = ngettext("%(number)d application is rejected.", "%(number)d applications are rejected.", rejected)
        sentences.append(text % {"number": rejected})
    if sentences:
        messages.success(request, " ".join([*sentences, _("Their managers are told by e-mail.")]))
    for enrolment, reason in decided.refused:
        messages.error(request, f"{enrolment.participant} ({enrolment.cohort}): {reason}")
