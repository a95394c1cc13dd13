"""The programmes of a region: all of them, and one with its modules and the cohorts that follow it."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.actions import load_programmes
from cohorts.actions.editing import editable_version
from cohorts.models import Cohort
from cohorts.rules import out_of_season
from cohorts.versions import versions_of
from cohorts.views.found import programme_of, programmes_of
from regions.models import Region


@requires(Permission.SEE_REGION)
@require_safe
def programmes(request: AuthenticatedRequest) -> HttpResponse:
    """All of them, those in use first."""
    running = Prefetch(
        "cohorts", Cohort.objects.visible_to(request.user).running(now=timezone.now()), to_attr="running"
    )
    found = programmes_of(request.user).with_figures().prefetch_related(running)
    context = {
        "in_use": [programme for programme in found if not programme.archived],
        "archived": [programme for programme in found if programme.archived],
    }
    return render(request, "cohorts/programmes.html", context)


@requires(Permission.PLAN)
@require_POST
def load_shipped_programmes(request: AuthenticatedRequest) -> HttpResponse:
    """Give the coordinator's regions the programmes that they lack of those that the portal ships with."""
    now = timezone.now()
    for region in Region.objects.visible_to(request.user).coordinated_by(request.user):
        load_programmes(region=region, by=request.user, now=now)
    messages.success(request, _("The programmes are loaded."))
    return redirect("cohorts:programmes")


@requires(Permission.SEE_REGION)
@require_safe
def programme(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """One programme as it is in use."""
    found = programme_of(request.user, pk)
    current, *earlier = versions_of(found)
    context = {
        "programme": found,
        "version": current,
        "earlier": earlier,
        "cohorts": [cohort for version in (current, *earlier) for cohort in version.cohorts],
        "editable": editable_version(found) == found.version,
        "required": found.modules_required,
        "out_of_season": out_of_season(current.modules),
        "eligibility_rules": found.eligibility_rules.all(),
    }
    return render(request, "cohorts/programme.html", context)
