"""People who have left for another employer, for the managers whom they left."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates.former import chapters_of
from common.pages import paginated
from participants.models import Enrolment, EnrolmentEvent


@requires(Permission.ENROL)
@require_safe
def former_people(request: AuthenticatedRequest) -> HttpResponse:
    """The list: who has left, when, and how far she had come by then."""
    enrolments = Enrolment.objects.followed_before_by(request.user).with_people().in_order_of_name()
    page = paginated(enrolments, request)
    chapters = chapters_of(page.object_list, user=request.user, now=timezone.now())
    return render(request, "certificates/former_people.html", {"page": page, "chapters": chapters})


@requires(Permission.ENROL)
@require_safe
def former(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """One person's time with the employer: what was attended, and what happened."""
    enrolments = Enrolment.objects.followed_before_by(request.user).with_people().filter(pk=pk)
    chapters = chapters_of(enrolments, user=request.user, now=timezone.now())
    if not chapters:
        raise Http404
    steps = EnrolmentEvent.objects.visible_to(request.user).filter(enrolment=pk)
    context = {"chapter": chapters[0], "events": steps.select_related("by").order_by("-at", "-created")}
    return render(request, "certificates/former.html", context)
