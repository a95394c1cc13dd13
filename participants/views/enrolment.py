"""One enrolment: confirmation, details, history, and what can be changed."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from participants.changing import coordinates, possible_changes
from participants.choices import EnrolmentStatus
from participants.details import facts_in_words
from participants.models import Enrolment, EnrolmentEvent
from participants.offering import open_offer_of
from participants.periods import address_for
from participants.seating import waiting_position
from participants.views.possible_changes import shown_changes


def load_enrolment(request: AuthenticatedRequest, pk: UUID) -> Enrolment:
    """The enrolment with its people; 404 if it isn't the user's to see."""
    return get_object_or_404(Enrolment.objects.visible_to(request.user).with_people(), pk=pk)


@requires(Permission.ENROL)
@require_safe
def enrolment(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The reference, what was stated and what has happened since; with `?new=1` as a confirmation."""
    shown, now = load_enrolment(request, pk), timezone.now()
    waits = shown.status == EnrolmentStatus.WAITING
    context = {
        "enrolment": shown,
        "is_new": "new" in request.GET,
        # Dates are hers to plan with once she has a seat.
        "has_dates": shown.status == EnrolmentStatus.ENROLLED and shown.cohort.sessions.exists(),
        "position": waiting_position(shown, today=timezone.localdate(now)) if waits else None,
        "offer": open_offer_of(shown) if shown.status == EnrolmentStatus.OFFERED else None,
        "now": now,
        "decides": coordinates(request.user, shown),
        "changes": shown_changes(shown, possible_changes(shown, user=request.user, now=now)),
        "rows": _rows(shown, request.user),
        "events": EnrolmentEvent.objects.visible_to(request.user)
        .filter(enrolment=shown)
        .select_related("by", "municipality")
        .order_by("-at", "-created"),
    }
    return render(request, "participants/enrolment.html", context)


def _rows(shown: Enrolment, user: User) -> list[dict[str, str]]:
    facts = {
        _("Name"): shown.participant.full_name,
        _("Work e-mail"): address_for(user, shown.participant),
        _("Municipality"): str(shown.municipality),
        _("Unit"): shown.employment.unit,
        _("Job title"): shown.employment.title,
        _("Employed from"): date_format(shown.employment.starts),
        **facts_in_words(shown),
        _("Programme"): str(shown.cohort.programme),
        _("Cohort"): shown.cohort.name,
        _("Reference"): shown.reference,
        _("Manager"): str(shown.manager or _("All managers of the municipality")),
    }
    return [{"label": label, "value": value, "change_url": ""} for label, value in facts.items()]
