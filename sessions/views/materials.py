"""Lists of material, and handing out a file."""

import logging
from http import HTTPStatus
from uuid import UUID

from csp.constants import HEADER, NONE
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort, Module
from participants.models import Enrolment
from sessions.materials.shelves import items_of, shelves_of
from sessions.models import CohortSession, Material

logger = logging.getLogger(__name__)

# A file that a browser shows all the same runs nothing, loads nothing and is of no origin.
MAY_DO_NOTHING = f"sandbox; default-src {NONE}"


@requires(Permission.TAKE_PART)
@require_safe
def my_materials(request: AuthenticatedRequest) -> HttpResponse:
    """All that has been handed out to a participant, session by session."""
    user = request.user
    attended = Enrolment.objects.visible_to(user).taking_part().filter(participant__user=user)
    sessions = (
        CohortSession.objects.visible_to(user)
        .filter(cohort__in=attended.values("cohort"))
        .select_related("cohort__programme", "module")
        .order_by("starts")
    )
    shelves = shelves_of(sessions, user, today=timezone.localdate())
    return render(request, "sessions/my_materials.html", {"shelves": [shelf for shelf in shelves if shelf.items]})


@requires(Permission.PLAN)
@require_safe
def cohort_materials(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What goes with each session of a cohort, for its coordinator."""
    user = request.user
    cohort = get_object_or_404(Cohort.objects.visible_to(user).coordinated_by(user).select_related("programme"), pk=pk)
    sessions = CohortSession.objects.visible_to(user).filter(cohort=cohort).order_by("starts")
    sessions = sessions.select_related("cohort__programme", "module")
    context = {"cohort": cohort, "shelves": shelves_of(sessions, user, today=timezone.localdate())}
    return render(request, "sessions/cohort_materials.html", context)


@requires(Permission.PLAN)
@require_safe
def module_materials(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What goes with a module in every cohort, for the coordinator."""
    user = request.user
    module = load_module(request, pk)
    today = timezone.localdate()
    context = {
        "module": module,
        "items": items_of(Material.objects.visible_to(user, today=today).of_module(module), user, today=today),
    }
    return render(request, "sessions/module_materials.html", context)


@require_safe
def material(request: AuthenticatedRequest, pk: UUID) -> HttpResponseBase:
    """Hand out a file, to be saved, to whoever may see it now: which rows decides here, no role may more."""
    visible = Material.objects.visible_to(request.user, today=timezone.localdate())
    found = get_object_or_404(visible.exclude(file=""), pk=pk)
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        logger.error("the file of material %s is missing", found.pk)
        return render(request, "sessions/material_missing.html", {"material": found}, status=HTTPStatus.NOT_FOUND)
    response = FileResponse(content, as_attachment=True, filename=found.filename, content_type=found.content_type)
    response.headers[HEADER] = MAY_DO_NOTHING
    return response


def load_module(request: AuthenticatedRequest, pk: UUID) -> Module:
    """A module of a programme that the user coordinates; 404 for any other."""
    return get_object_or_404(Module.objects.visible_to(request.user).select_related("programme"), pk=pk)
