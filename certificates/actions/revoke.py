"""Revoking a certificate."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from certificates import messages
from certificates.actions.entering import lock_enrolments
from certificates.choices import LIVE, CertificateKind, CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from common.locking import lock
from messaging.actions import queue
from participants.actions.history import change_status
from participants.choices import ACTIVE, EnrolmentStatus, EventKind
from participants.models import Enrolment
from sessions.attendance.ledger import standings


@transaction.atomic
def revoke(*, certificate: Certificate, by: User, reason: str, now: datetime) -> None:
    """Revoke `certificate` for good; its number stays taken, and whoever verifies it is told, as are its owner and her
    manager.

    Who no longer qualifies has not completed the programme: the enrolment is under way again. A new certificate, with a
    new number, can be issued as soon as the rule for it holds. Raises IssueRefused.
    """
    enrolment = lock_enrolments([certificate.enrolment_id])[0]
    certificate = lock(certificate)
    certificate.enrolment = enrolment
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
    if certificate.rendered:  # else nobody was told that there is one
        queue(messages.about_revoked(certificate, now=now))
    if certificate.kind == CertificateKind.CERTIFICATE:
        _reopen(enrolment, by=by, now=now)


def _reopen(enrolment: Enrolment, *, by: User, now: datetime) -> None:
    """Let who no longer qualifies take part again; she has kept her seat. Not if she goes on in another cohort."""
    elsewhere = Enrolment.objects.filter(
        participant=enrolment.participant_id, programme=enrolment.programme_id, status__in=ACTIVE
    )
    if enrolment.status != EnrolmentStatus.COMPLETED or elsewhere.exists():
        return
    if not standings([enrolment], reader=None, now=now)[enrolment.pk].progress.qualifies:
        change_status(enrolment, EnrolmentStatus.ENROLLED, kind=EventKind.UNCOMPLETED, by=by, now=now)
