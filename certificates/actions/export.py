"""Handing out many certificates at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from certificates.choices import CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from cohorts.models import Cohort


@transaction.atomic
def export_cohort(*, cohort: Cohort, by: User, now: datetime) -> list[Certificate]:
    """Return the valid certificates and statements of `cohort` in order of number, and log that `by` takes them out.

    Raises IssueRefused if none is ready, or for somebody else's region.
    """
    if cohort.programme.region_id not in by.coordinated_region_ids:
        raise IssueRefused(_("Only the region's coordinator takes out its certificates."))
    ready = Certificate.objects.filter(enrolment__cohort=cohort, status=CertificateStatus.READY)
    certificates = list(ready.with_owner().defer("data", "seal").order_by("year", "serial"))
    if not certificates:
        raise IssueRefused(_("No certificate is ready to download."))
    record("certificates.exported", cohort, by=by, now=now, scope=cohort.programme.region_id, after=_what(certificates))
    return certificates


@transaction.atomic
def log_list(*, certificates: list[Certificate], by: User, now: datetime) -> None:
    """Log that `by` takes out a list of certificates, region by region."""
    for region in {certificate.region_id: certificate.region for certificate in certificates}.values():
        found = [certificate for certificate in certificates if certificate.region_id == region.pk]
        record("certificates.listed", region, by=by, now=now, scope=region.pk, after=_what(found))


def _what(certificates: list[Certificate]) -> dict[str, object]:
    return {"certificates": len(certificates), "numbers": [certificate.number for certificate in certificates]}
