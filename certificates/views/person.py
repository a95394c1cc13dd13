"""One person: where she works, each programme with its modules and certificates, and what has happened."""

from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates.overview import rows_for
from participants.models import Employment, Enrolment, EnrolmentEvent, Participant


@requires(Permission.ENROL)
@require_safe
def person(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """One person: where she works, each programme with its modules and certificates, and what has happened."""
    participant = get_object_or_404(Participant.objects.visible_to(request.user).select_related("region"), pk=pk)
    events = Prefetch("events", EnrolmentEvent.objects.select_related("by").order_by("-at"))
    enrolments = (
        Enrolment.objects.visible_to(request.user)
        .filter(participant=participant)
        .with_people()
        .select_related("programme")
        .prefetch_related(events)
        .order_by("-applied")
    )
    context = {
        "participant": participant,
        "employments": Employment.objects.visible_to(request.user)
        .filter(participant=participant)
        .select_related("municipality"),
        "rows": rows_for(enrolments, now=timezone.now()),
        "may_issue": request.user.may(Permission.ISSUE_CERTIFICATES),
    }
    return render(request, "certificates/person.html", context)
