"""Issuing certificates and statements: to all who can have one, after a look at who they are, or to one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates import actions
from certificates.exceptions import IssueRefused
from certificates.overview import rows_of
from certificates.statements import candidates
from cohorts.exceptions import ProgrammeRefused
from cohorts.models import Cohort, Programme
from participants.choices import LEFT, TAKING_PART
from participants.models import Enrolment


@requires(Permission.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say who would get a certificate; on POST issue them."""
    cohort = cohort_of(request, pk)
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
@require_http_methods(["GET", "HEAD", "POST"])
def statements(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say who would get a participation statement, and who not and why; on POST issue them."""
    cohort = cohort_of(request, pk)
    now = timezone.now()
    if request.method == "POST":
        try:
            issued = actions.issue_all_statements(cohort=cohort, by=request.user, now=now)
        except IssueRefused as refused:
            messages.error(request, refused.reason)
        else:
            text = ngettext(
                "%(count)d participation statement is issued.",
                "%(count)d participation statements are issued.",
                len(issued),
            )
            messages.success(request, text % {"count": len(issued)})
        return redirect("certificates:progress", pk=cohort.pk)
    took_part = Enrolment.objects.visible_to(request.user).filter(cohort=cohort, status__in=(*TAKING_PART, *LEFT))
    found = candidates(list(took_part.with_people().select_related("programme").in_order_of_name()), now=now)
    context = {
        "cohort": cohort,
        "to_issue": [one for one in found if one.refusal is None],
        "others": [one for one in found if one.refusal],
    }
    return render(request, "certificates/statements.html", context)


@requires(Permission.ISSUE_CERTIFICATES)
@require_POST
def state_one(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Issue one person's participation statement."""
    enrolment = get_object_or_404(Enrolment.objects.visible_to(request.user), pk=pk)
    try:
        statement = actions.issue_statement(enrolment=enrolment, by=request.user, now=timezone.now())
    except IssueRefused as refused:
        messages.error(request, refused.reason)
    else:
        text = _("Participation statement %(number)s is issued.")
        messages.success(request, text % {"number": statement.number})
    return redirect("certificates:person", pk=enrolment.participant_id)


@requires(Permission.ISSUE_CERTIFICATES)
@require_POST
def automatic(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Let the portal issue a programme's certificates by itself, or no longer."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    on = bool(request.POST.get("automatic"))
    try:
        actions.set_automatic(programme=programme, automatic=on, by=request.user, now=timezone.now())
    except ProgrammeRefused as refused:
        messages.error(request, refused.reason)
    else:
        said = _("Certificates are issued automatically."), _("Certificates are no longer issued automatically.")
        messages.success(request, said[0] if on else said[1])
    return redirect("cohorts:programme", pk=programme.pk)


def cohort_of(request: AuthenticatedRequest, pk: UUID) -> Cohort:
    """The cohort, if the user may see it; 404 otherwise."""
    return get_object_or_404(Cohort.objects.visible_to(request.user).select_related("programme__region"), pk=pk)


def _said(issued: int) -> str:
    if not issued:
        return _("Everyone who qualifies has a certificate already.")
    return ngettext("%(count)d certificate is issued.", "%(count)d certificates are issued.", issued) % {
        "count": issued
    }
