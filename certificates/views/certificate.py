"""One certificate: its page, its file, and what a coordinator can do about it."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates import actions
from certificates.choices import LIVE, CertificateStatus
from certificates.doubts import doubts_about
from certificates.exceptions import IssueRefused
from certificates.forms import ReasonForm, RevokeForm
from certificates.models import Certificate
from certificates.revising import revision_of

RELATED = ("enrolment__participant", "enrolment__cohort__programme", "region", "issued_by", "superseded_by")


@requires(Permission.ENROL)
@require_safe
def certificate(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What it says, its versions, and to its coordinator what can be done."""
    found = get_object_or_404(Certificate.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    coordinates = found.region_id in request.user.coordinated_region_ids
    same_number = Certificate.objects.visible_to(request.user).filter(region=found.region_id, number=found.number)
    context = {
        "certificate": found,
        "document": found.document,
        "versions": same_number.select_related("issued_by").defer("data").order_by("-version"),
        "coordinates": coordinates,
        "may_act": coordinates and found.status in LIVE,
        "doubt": _doubt(request, found) if coordinates else None,
    }
    return render(request, "certificates/certificate.html", context)


@require_safe
def download(request: AuthenticatedRequest, pk: UUID) -> FileResponse:
    """Hand on the PDF of a valid certificate to whoever may see it: which rows decides here, no role may more."""
    ready = Certificate.objects.visible_to(request.user).filter(status=CertificateStatus.READY)
    certificate = get_object_or_404(ready.select_related("region", "logo"), pk=pk)
    content = actions.fetch(certificate=certificate, now=timezone.now())
    filename = f"{certificate.get_kind_display()} {certificate.number}.pdf"
    return FileResponse(BytesIO(content), as_attachment=True, filename=filename, content_type="application/pdf")


@requires(Permission.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Show what a new version would say instead; on POST issue it, if that is what was seen."""
    found = _live(request, pk)
    now = timezone.now()
    refusal = ""
    if request.method == "POST":
        try:
            new = actions.issue_new_version(
                certificate=found, seen=request.POST.get("seen", ""), by=request.user, now=now
            )
        except IssueRefused as refused:
            refusal = refused.reason
        else:
            text = _("Version %(version)d of certificate %(number)s is issued.")
            messages.success(request, text % {"version": new.version, "number": new.number})
            return redirect("certificates:certificate", pk=new.pk)
    context = {"certificate": found, "revision": revision_of(found, now=now), "refusal": refusal}
    return render(request, "certificates/correct.html", context, status=422 if refusal else 200)


@requires(Permission.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what revoking means and ask why; on POST revoke."""
    found = _live(request, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke(certificate=found, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except IssueRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("%(number)s is revoked.") % {"number": found.number})
            return redirect("certificates:cohort", pk=found.enrolment.cohort_id)
    context = {"certificate": found, "form": form}
    return render(request, "certificates/revoke.html", context, status=422 if form.errors else 200)


@requires(Permission.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def uphold(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Ask why a certificate stands though attendance says something else; on POST let it stand."""
    found = _live(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.uphold(certificate=found, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except IssueRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("Certificate %(number)s stands as it is.") % {"number": found.number})
            return redirect("certificates:certificate", pk=found.pk)
    context = {"certificate": found, "doubt": _doubt(request, found), "form": form}
    return render(request, "certificates/uphold.html", context, status=422 if form.errors else 200)


def _live(request: AuthenticatedRequest, pk: UUID) -> Certificate:
    live = Certificate.objects.visible_to(request.user).live().select_related(*RELATED)
    return get_object_or_404(live, pk=pk)


def _doubt(request: AuthenticatedRequest, certificate: Certificate) -> Any:
    """Why it is in doubt; None if it isn't."""
    this = Certificate.objects.visible_to(request.user).filter(pk=certificate.pk)
    return next(iter(doubts_about(this, now=timezone.now())), None)
