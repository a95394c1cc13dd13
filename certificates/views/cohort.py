"""A cohort's people and what they have earned, module by module."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates.overview import rows_of
from cohorts.models import Cohort


@requires(Permission.SEE_REGION)
@require_safe
def cohort(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """People × modules, progress and certificates."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).select_related("programme__region"), pk=pk)
    rows = rows_of(cohort, user=request.user, now=timezone.now())
    context = {
        "cohort": cohort,
        "tab": "people",
        "rows": rows,
        "columns": rows[0].standing.steps if rows else (),
        "to_issue": sum(row.can_be_issued for row in rows),
        "issued": sum(row.certificate is not None for row in rows),
    }
    return render(request, "certificates/cohort.html", context)
