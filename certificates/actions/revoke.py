"""Revoking a certificate."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from certificates.choices import LIVE, CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from common.locking import lock


@transaction.atomic
def revoke(*, certificate: Certificate, by: User, reason: str, now: datetime) -> None:
    """Revoke `certificate` for good; its number stays taken, and whoever verifies it is told.

    A new one, with a new number, can be issued afterwards. Raises IssueRefused.
    """
    certificate = lock(certificate)
    if certificate.region_id not in by.coordinated_region_ids:
        raise IssueRefused(_("Only the region's coordinator revokes its certificates."))
    if certificate.status not in LIVE:
        raise IssueRefused(_("The certificate is no longer valid."))
    if not reason.strip():
        raise IssueRefused(_("State why the certificate is revoked."))
    before = certificate.status
    certificate.status = CertificateStatus.REVOKED
    certificate.revoked = now
    certificate.revoked_reason = reason.strip()
    certificate.save(update_fields=["status", "revoked", "revoked_reason"])
    record(
        "certificate.revoked",
        certificate,
        by=by,
        now=now,
        scope=certificate.region_id,
        before={"status": before},
        after={"status": certificate.status},
        reason=certificate.revoked_reason,
    )
