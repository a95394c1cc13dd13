"""Issuing certificates: to all who qualify, after a look at who they are, or to one; and how far the PDFs have come."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates import actions
from certificates.choices import CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from certificates.overview import rows_of
from cohorts.models import Cohort
from participants.models import Enrolment


@requires(Permission.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say who would get a certificate; on POST issue them."""
    cohort = _cohort(request, pk)
    now = timezone.now()
    if request.method == "POST":
        try:
            issued = actions.issue_all(cohort=cohort, by=request.user, now=now)
        except IssueRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _said(len(issued)))
        return redirect("certificates:progress", pk=cohort.pk)
    to_issue = [row for row in rows_of(cohort, user=request.user, now=now) if row.can_be_issued]
    return render(request, "certificates/issue.html", {"cohort": cohort, "rows": to_issue})


@requires(Permission.ISSUE_CERTIFICATES)
@require_POST
def issue_one(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Issue one person's certificate."""
    enrolment = get_object_or_404(Enrolment.objects.visible_to(request.user), pk=pk)
    try:
        certificate = actions.issue(enrolment=enrolment, by=request.user, now=timezone.now())
    except IssueRefused as refused:
        messages.error(request, refused.reason)
        return redirect("certificates:cohort", pk=enrolment.cohort_id)
    messages.success(request, _("Certificate %(number)s is issued.") % {"number": certificate.number})
    return redirect("certificates:progress", pk=enrolment.cohort_id)


@requires(Permission.ISSUE_CERTIFICATES)
@require_safe
def progress(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """How many of the cohort's certificates are made: a page, and a part of it that htmx asks for again and again."""
    cohort = _cohort(request, pk)
    certificates = Certificate.objects.visible_to(request.user).live().filter(enrolment__cohort=cohort)
    certificates = certificates.select_related("enrolment__participant").defer("data")
    problems = [one for one in certificates if one.status == CertificateStatus.ISSUED and one.problem]
    done = sum(one.status == CertificateStatus.READY for one in certificates)
    context = {
        "cohort": cohort,
        "done": done,
        "total": len(certificates),
        "problems": problems,
        "finished": done + len(problems) == len(certificates),
    }
    return render(request, "certificates/_progress.html" if request.htmx else "certificates/progress.html", context)


def _cohort(request: AuthenticatedRequest, pk: UUID) -> Cohort:
    return get_object_or_404(Cohort.objects.visible_to(request.user).select_related("programme__region"), pk=pk)


def _said(issued: int) -> str:
    if not issued:
        return _("Everyone who qualifies has a certificate already.")
    return ngettext("%(count)d certificate is issued.", "%(count)d certificates are issued.", issued) % {
        "count": issued
    }
