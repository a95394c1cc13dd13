"""Letting a certificate stand."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from certificates.choices import LIVE
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from common.locking import lock


@transaction.atomic
def uphold(*, certificate: Certificate, by: User, reason: str, now: datetime) -> None:
    """Let `certificate` stand as it is, though attendance was corrected after its issue: nobody is asked again.

    Unless something is corrected once more. Raises IssueRefused.
    """
    certificate = lock(certificate)
    if certificate.region_id not in by.coordinated_region_ids:
        raise IssueRefused(_("Only the region's coordinator decides about its certificates."))
    if certificate.status not in LIVE:
        raise IssueRefused(_("The certificate is no longer valid."))
    if not reason.strip():
        raise IssueRefused(_("State why the certificate stands."))
    certificate.upheld, certificate.upheld_reason = now, reason.strip()
    certificate.save(update_fields=["upheld", "upheld_reason"])
    record(
        "certificate.upheld",
        certificate,
        by=by,
        now=now,
        scope=certificate.region_id,
        after={"number": certificate.number, "version": certificate.version},
        reason=certificate.upheld_reason,
    )
