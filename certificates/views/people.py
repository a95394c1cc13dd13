"""People and how far they have come: a coordinator's region, a manager's own staff."""

from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates.forms import PeopleFilter
from certificates.overview import rows_for
from common.pages import FEW_ROWS, paginated
from participants.models import Employment, Enrolment, EnrolmentEvent, Participant


@requires(Permission.ENROL)
@require_safe
def people(request: AuthenticatedRequest) -> HttpResponse:
    """The list: an enrolment a row, searchable and filtered."""
    form = PeopleFilter(request.GET, user=request.user)
    enrolments = form.narrow(Enrolment.objects.visible_to(request.user))
    enrolments = enrolments.with_people().select_related("programme")
    enrolments = enrolments.order_by("participant__last_name", "participant__first_name", "-applied", "pk")
    page = paginated(enrolments, request, FEW_ROWS)
    context = {
        "form": form,
        "page": page,
        "rows": rows_for(page.object_list, now=timezone.now()),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "certificates/people.html", context)


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
