"""The register: every certificate and statement of the coordinator's regions, in all their versions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates import actions
from certificates.forms import RegisterFilter
from certificates.models import Certificate
from common.pages import paginated
from common.spreadsheets import download, xlsx


@requires(Permission.ISSUE_CERTIFICATES)
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponse:
    """The list, the latest number first."""
    form = _filter_of(request)
    page = paginated(form.found(), request)
    context = {"title": _("Certificates"), "form": form, "filtered": form.narrows, "page": page}
    return render(request, "certificates/register.html", context)


@requires(Permission.ISSUE_CERTIFICATES)
@require_safe
def register_file(request: AuthenticatedRequest) -> HttpResponse:
    """All that the list would show, as an Excel file."""
    certificates = list(_filter_of(request).found())
    actions.log_list(certificates=certificates, by=request.user, now=timezone.now())
    headings = [
        _("Number"),
        _("Version"),
        _("Kind"),
        _("Name"),
        _("Municipality"),
        _("Programme"),
        _("Cohort"),
        _("Issued"),
        _("Status"),
        _("Reason"),
    ]
    content = xlsx(_("Certificates"), headings, map(_cells, certificates))
    return download(content, _("certificates.xlsx"))


def _filter_of(request: AuthenticatedRequest) -> RegisterFilter:
    hers = Certificate.objects.visible_to(request.user).filter(region__in=request.user.coordinated_region_ids)
    return RegisterFilter(request.GET, certificates=hers, now=timezone.now())


def _cells(certificate: Any) -> list[str]:
    return [
        certificate.number,
        str(certificate.version),
        certificate.get_kind_display(),
        certificate.enrolment.participant.full_name,
        str(certificate.enrolment.municipality),
        str(certificate.enrolment.programme),
        certificate.enrolment.cohort.name,
        date_format(timezone.localtime(certificate.issued), "SHORT_DATE_FORMAT"),
        certificate.get_status_display(),
        certificate.revoked_reason or certificate.problem,
    ]
