"""Where enrolling one person begins."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from participants.assessment import check_cohort
from participants.exceptions import EnrolmentRefused


def load_cohort(request: AuthenticatedRequest, pk: UUID) -> Cohort:
    """The published cohort in which the user may want to enrol; 404 if it isn't hers to see."""
    cohorts = Cohort.objects.visible_to(request.user).published().select_related("programme__region")
    return get_object_or_404(cohorts, pk=pk)


@requires(Permission.ENROL)
@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """Begin a draft; it is stored once something has been typed."""
    return redirect("participants:who", uuid4())


@requires(Permission.ENROL)
@require_safe
def enrol_one(request: AuthenticatedRequest, cohort: UUID) -> HttpResponse:
    """Begin a draft for which the cohort is chosen already."""
    chosen = load_cohort(request, cohort)
    try:
        check_cohort(chosen, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
        return redirect("participants:enrol")
    return redirect(f"{reverse('participants:who', args=[uuid4()])}?{urlencode({'cohort': chosen.pk})}")
