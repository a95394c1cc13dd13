"""New versions: a certificate that says something wrong is superseded by one that is right, with the same number."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.actions.entering import fill, insert, lock_enrolments, new_code, supersede
from certificates.choices import LIVE
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from certificates.revising import revision_of
from common.locking import lock


@transaction.atomic
def issue_new_version(*, certificate: Certificate, seen: str, by: User, now: datetime) -> Certificate:
    """Let `certificate` be superseded by a version that says how things are now; return that.

    It has the same number and a code of its own; whoever checks the old code is told. `seen` is the fingerprint of the
    revision that was confirmed. Raises IssueRefused if there is nothing to correct, if what would be printed has
    changed since it was seen, or if the rule for the certificate no longer holds: then it is revoked, or stands.
    """
    enrolment = lock_enrolments([certificate.enrolment_id])[0]
    certificate = lock(certificate)
    if certificate.region_id not in by.coordinated_region_ids:
        raise IssueRefused(_("Only the region's coordinator issues its certificates."))
    if certificate.status not in LIVE:
        raise IssueRefused(_("The certificate is no longer valid."))
    certificate.enrolment = enrolment
    revision = revision_of(certificate, now=now)
    if revision.refusal:
        raise IssueRefused(revision.refusal)
    if revision.fingerprint != seen:
        raise IssueRefused(_("What the certificate would say has changed meanwhile. Look at it again."))
    successor = Certificate(
        pk=uuid4(),
        kind=certificate.kind,
        enrolment=enrolment,
        region=certificate.region,
        year=certificate.year,
        serial=certificate.serial,
        version=certificate.version + 1,
        number=certificate.number,
        code=new_code(),
        issued=now,
        issued_by=by,
    )
    fill([successor], {enrolment.pk: revision.standing})
    supersede([(certificate, successor.pk)], by=by, now=now)
    insert([successor], by=by, now=now)
    return successor
