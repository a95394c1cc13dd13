"""How far the PDFs of a cohort have come, and taking them all along."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates import actions
from certificates.archive import zipped
from certificates.choices import CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from certificates.views.issue import cohort_of
from common.pages import FEW_ROWS


@requires(Permission.ISSUE_CERTIFICATES)
@require_safe
def progress(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """How many of the cohort's certificates are made: a page, and a part of it that htmx asks for again and again."""
    cohort = cohort_of(request, pk)
    certificates = Certificate.objects.visible_to(request.user).live().filter(enrolment__cohort=cohort)
    stuck = Q(status=CertificateStatus.ISSUED) & ~Q(problem="")
    numbers = certificates.aggregate(
        total=Count("pk"), done=Count("pk", filter=Q(status=CertificateStatus.READY)), failed=Count("pk", filter=stuck)
    )
    problems = certificates.filter(stuck).select_related("enrolment__participant").defer("data").order_by("serial")
    context = numbers | {
        "cohort": cohort,
        "problems": problems[:FEW_ROWS] if numbers["failed"] else [],
        "finished": numbers["done"] + numbers["failed"] == numbers["total"],
    }
    return render(request, "certificates/_progress.html" if request.htmx else "certificates/progress.html", context)


@requires(Permission.ISSUE_CERTIFICATES)
@require_POST
def zip_file(request: AuthenticatedRequest, pk: UUID) -> HttpResponseBase:
    """All valid certificates of a cohort in one file. A POST, since the log keeps who took them out."""
    cohort = cohort_of(request, pk)
    now = timezone.now()
    try:
        certificates = actions.export_cohort(cohort=cohort, by=request.user, now=now)
    except IssueRefused as refused:
        messages.error(request, refused.reason)
        return redirect("certificates:progress", pk=cohort.pk)
    response = StreamingHttpResponse(zipped(certificates, now=now), content_type="application/zip")
    name = _("Certificates %(cohort)s.zip") % {"cohort": cohort.name}
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
