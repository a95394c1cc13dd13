"""One enrolment: confirmation, details, history, withdrawal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.choices import ACTIVE, EnrolmentStatus
from participants.details import facts_in_words
from participants.exceptions import EnrolmentRefused
from participants.forms.changes import WithdrawForm
from participants.models import Enrolment
from participants.offering import open_offer_of
from participants.seating import waiting_position


def load_enrolment(request: AuthenticatedRequest, pk: UUID) -> Enrolment:
    """The enrolment with its people; 404 if it isn't the user's to see."""
    return get_object_or_404(Enrolment.objects.visible_to(request.user).with_people(), pk=pk)


@requires(Permission.ENROL)
@require_safe
def enrolment(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The reference, what was stated and what has happened since; with `?new=1` as a confirmation."""
    shown = load_enrolment(request, pk)
    context = {
        "enrolment": shown,
        "is_new": "new" in request.GET,
        "has_dates": shown.cohort.sessions.exists(),
        "position": waiting_position(shown) if shown.status == EnrolmentStatus.WAITING else None,
        "offer": open_offer_of(shown) if shown.status == EnrolmentStatus.OFFERED else None,
        "now": timezone.now(),
        "is_active": shown.status in ACTIVE,
        "decides": shown.cohort.region.pk in request.user.coordinated_region_ids,
        "rows": _rows(shown),
        "events": shown.events.select_related("by").order_by("-at"),
    }
    return render(request, "participants/enrolment.html", context)


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Ask first; on POST withdraw."""
    shown = load_enrolment(request, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(enrolment=shown, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
        except EnrolmentRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _("%(name)s is withdrawn.") % {"name": shown.participant})
        return redirect("participants:enrolment", shown.pk)
    context = {"enrolment": shown, "form": form, "is_active": shown.status in ACTIVE}
    return render(request, "participants/withdraw.html", context, status=422 if form.errors else 200)


def _rows(shown: Enrolment) -> list[dict[str, str]]:
    facts = {
        _("Name"): shown.participant.full_name,
        _("Work e-mail"): shown.participant.email,
        _("Municipality"): str(shown.municipality),
        _("Unit"): shown.employment.unit,
        _("Job title"): shown.employment.title,
        _("Employed from"): date_format(shown.employment.starts),
        **facts_in_words(shown),
        _("Programme"): str(shown.cohort.programme),
        _("Cohort"): shown.cohort.name,
        _("Reference"): shown.reference,
        _("Enrolled by"): str(shown.manager or ""),
    }
    return [{"label": label, "value": value, "change_url": ""} for label, value in facts.items()]
