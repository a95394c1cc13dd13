"""One certificate: downloading and revoking it."""

from io import BytesIO
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
from certificates.choices import CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.forms import RevokeForm
from certificates.models import Certificate


@require_safe
def download(request: AuthenticatedRequest, pk: UUID) -> FileResponse:
    """Hand on the PDF of a valid certificate to whoever may see it: which rows decides here, no role may more."""
    ready = Certificate.objects.visible_to(request.user).filter(status=CertificateStatus.READY)
    certificate = get_object_or_404(ready, pk=pk)
    content = actions.fetch(certificate=certificate, now=timezone.now())
    filename = _("Certificate %(number)s.pdf") % {"number": certificate.number}
    return FileResponse(BytesIO(content), as_attachment=True, filename=filename, content_type="application/pdf")


@requires(Permission.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what revoking means and ask why; on POST revoke."""
    live = (
        Certificate.objects.visible_to(request.user)
        .live()
        .select_related("enrolment__participant", "enrolment__cohort")
    )
    certificate = get_object_or_404(live, pk=pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke(
                certificate=certificate, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except IssueRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("Certificate %(number)s is revoked.") % {"number": certificate.number})
            return redirect("certificates:cohort", pk=certificate.enrolment.cohort_id)
    context = {"certificate": certificate, "form": form}
    return render(request, "certificates/revoke.html", context, status=422 if form.errors else 200)
