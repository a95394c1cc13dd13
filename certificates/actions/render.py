"""Making the PDF of an issued certificate, and finding it again."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import record
from certificates import messages, pdf
from certificates.choices import CertificateStatus
from certificates.document import CertificateDocument
from certificates.files import sha256, store, stored
from certificates.models import Certificate
from messaging.actions import queue

logger = logging.getLogger(__name__)


def render(*, certificate_id: UUID, now: datetime) -> bool:
    """Make the PDF, mark the certificate ready and queue the messages that tell of it; say whether this call did.

    May run twice, also at once: whoever marks it first wins, the other one has stored the same bytes. Raises
    CertificateUnprintable if it can't be made as it was issued; the certificate then says so and waits.
    """
    certificate = Certificate.objects.select_related("region").get(pk=certificate_id)
    if certificate.status != CertificateStatus.ISSUED:
        return False
    try:
        content = pdf.render(CertificateDocument.from_json(certificate.data))
    except pdf.CertificateUnprintable as reason:
        Certificate.objects.filter(pk=certificate.pk).update(problem=str(reason)[:300])
        raise
    name = store(certificate, content)
    return _make_ready(certificate, name=name, digest=sha256(content), now=now)


@transaction.atomic
def _make_ready(certificate: Certificate, *, name: str, digest: str, now: datetime) -> bool:
    won = Certificate.objects.filter(pk=certificate.pk, status=CertificateStatus.ISSUED).update(
        status=CertificateStatus.READY, file=name, sha256=digest, rendered=now, problem=""
    )
    if won:
        record(
            "certificate.rendered", certificate, by=None, now=now, scope=certificate.region_id, after={"sha256": digest}
        )
        queue(messages.ready(certificate, now=now))
    return bool(won)


def fetch(*, certificate: Certificate, now: datetime) -> bytes:
    """Return the PDF of a ready certificate, made anew from the frozen data if its file is lost or damaged.

    The same data give the same bytes, unless a library, the template or a translation has changed meanwhile: then the
    certificate gets the new file's hash, and the log says so. Raises CertificateUnprintable.
    """
    if content := stored(certificate):
        return content
    logger.error("the file of certificate %s is lost or damaged; it is made again", certificate.pk)
    content = pdf.render(CertificateDocument.from_json(certificate.data))
    name, digest = store(certificate, content), sha256(content)
    if digest != certificate.sha256:
        _replace(certificate, name=name, digest=digest, now=now)
    return content


@transaction.atomic
def _replace(certificate: Certificate, *, name: str, digest: str, now: datetime) -> None:
    if Certificate.objects.filter(pk=certificate.pk, sha256=certificate.sha256).update(file=name, sha256=digest):
        record(
            "certificate.rendered_again",
            certificate,
            by=None,
            now=now,
            scope=certificate.region_id,
            before={"sha256": certificate.sha256},
            after={"sha256": digest},
        )
