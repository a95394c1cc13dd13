"""Making the PDFs of issued certificates, many to a task, and finding one again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from audit.actions import entry, record, record_all
from certificates import messages, pdf
from certificates.choices import CertificateStatus
from certificates.files import sha256, store, stored
from certificates.models import Certificate, FormerFile
from certificates.rules.batches import BATCH, GROUP, LEASE, TRY_AGAIN
from certificates.sealing import SealMisfits, seal
from common.faults import crash_point
from messaging.actions import queue

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
# No certificate's fault: the storage takes no files, or the database is away.
AWAY = (OSError, InterfaceError, OperationalError)


@dataclass(frozen=True)
class Made:
    """A certificate whose file was made `at` a time and is stored under `name`; `seal` is None without one."""

    certificate: Certificate
    content: bytes
    name: str
    sha256: str
    seal: bytes | None
    at: datetime


def render_batch(*, clock: Clock) -> int:
    """Take certificates that wait, make their PDFs, mark them ready and queue the messages; return how many it took.

    Several workers share what waits. May be killed anywhere: what is stored but not marked is made again, to the same
    bytes, when the lease has run out. A certificate that can't be made says why and holds up no other. Raises AWAY;
    what has not been made is free again then, or when the lease has run out.
    """
    certificates = _take(now=clock())
    crash_point("after taking certificates")
    try:
        _make_all(certificates, clock=clock)
    except AWAY:
        Certificate.objects.filter(pk__in=[one.pk for one in certificates]).update(leased_until=None)
        raise
    return len(certificates)


def render(*, certificate_id: UUID, now: datetime) -> bool:
    """Make the PDF of one certificate now, whoever has taken it; say whether this call made it ready.

    Raises CertificateUnprintable if it can't be made as it was issued; the certificate then says so and waits.
    """
    certificate = Certificate.objects.select_related("region").get(pk=certificate_id)
    if certificate.status != CertificateStatus.ISSUED:
        return False
    try:
        made = _finish(certificate, pdf.render(certificate.document), now=now)
    except pdf.CertificateUnprintable as reason:
        _note(certificate, reason, now=now)
        raise
    return _make_ready([made], now=now) == 1


def fetch(*, certificate: Certificate, now: datetime) -> bytes:
    """Return the PDF of a ready certificate, made anew from the frozen data if its file is lost or damaged.

    The same data give the same bytes, unless a library, the template or a translation has changed meanwhile: then the
    certificate gets the new file's hash, the old one is remembered, and the log says so. Raises CertificateUnprintable,
    and StorageAway if the storage doesn't answer.
    """
    if content := stored(certificate):
        return content
    logger.error("the file of certificate %s is lost or damaged; it is made again", certificate.pk)
    made = _make_again(certificate, now=now)
    if made.sha256 != certificate.sha256:
        _replace(made, now=now)
    return made.content


def _make_again(certificate: Certificate, *, now: datetime) -> Made:
    content = pdf.render(certificate.document)
    kept = bytes(certificate.seal) if certificate.seal else None
    try:
        return _finish(certificate, content, now=certificate.rendered or now, kept=kept)
    except SealMisfits:
        return _finish(certificate, content, now=now)


def _take(*, now: datetime) -> list[Certificate]:
    """Lease the certificates that have waited longest; other workers pass by the rows that this one locks."""
    with transaction.atomic():
        free = Certificate.objects.to_render(now=now).select_for_update(skip_locked=True)
        taken = list(free.values_list("pk", flat=True)[:BATCH])
        Certificate.objects.filter(pk__in=taken).update(leased_until=now + LEASE)
    found = Certificate.objects.filter(pk__in=taken).in_order_of_issue()
    return list(found.select_related("region").prefetch_related("logo"))


def _make_all(certificates: Sequence[Certificate], *, clock: Clock) -> None:
    """Make them together; if one of them is so wrong that all fail, each by itself."""
    try:
        _make(certificates, clock=clock)
    except AWAY:
        raise
    except Exception as error:
        if len(certificates) == 1:
            logger.exception("certificate %s could not be made", certificates[0].pk)
            _note(certificates[0], error, now=clock())
        else:
            logger.exception("a batch of certificates failed; each is made by itself")
            for certificate in certificates:
                _make_all([certificate], clock=clock)


def _make(certificates: Sequence[Certificate], *, clock: Clock) -> None:
    made: list[Made] = []
    contents = pdf.render_all(certificate.document for certificate in certificates)
    for certificate, content in zip(certificates, contents, strict=True):
        try:
            if isinstance(content, pdf.CertificateUnprintable):
                raise content
            made.append(_finish(certificate, content, now=clock()))
        except pdf.CertificateUnprintable as reason:
            logger.error("certificate %s can't be made: %s", certificate.pk, reason)
            _note(certificate, reason, now=clock())
        crash_point("after storing a certificate")
        if len(made) == GROUP:
            _make_ready(made, now=clock())
            made = []
    _make_ready(made, now=clock())


def _finish(certificate: Certificate, content: bytes, *, now: datetime, kept: bytes | None = None) -> Made:
    """Seal and store a certificate. Raises SealUnavailable, or SealMisfits if `kept` is the seal of another PDF."""
    sealed = seal(content, region_code=certificate.region.code, at=now, kept=kept)
    name = store(certificate, sealed.pdf)
    return Made(certificate, sealed.pdf, name, sha256(sealed.pdf), sealed.signature, now)


def _note(certificate: Certificate, reason: Exception, *, now: datetime) -> None:
    """Say on the certificate why it can't be made; it is tried again later."""
    waiting = Certificate.objects.filter(pk=certificate.pk, status=CertificateStatus.ISSUED)
    text = str(reason) if isinstance(reason, pdf.CertificateUnprintable) else f"{type(reason).__name__}: {reason}"
    waiting.update(problem=text[:300], leased_until=now + TRY_AGAIN)


@transaction.atomic
def _make_ready(made: Sequence[Made], *, now: datetime) -> int:
    """Mark what is still issued as ready, and queue the messages that tell of it; return how many that were.

    Whoever marks a certificate first wins; the other one has stored the same bytes.
    """
    issued = Certificate.objects.filter(
        pk__in=[one.certificate.pk for one in made], status=CertificateStatus.ISSUED
    ).with_owner()
    locked = {certificate.pk: certificate for certificate in issued.select_for_update(of=("self",)).order_by("pk")}
    ready = []
    for one in made:
        if certificate := locked.get(one.certificate.pk):
            certificate.status, certificate.rendered, certificate.problem = CertificateStatus.READY, one.at, ""
            certificate.file.name, certificate.sha256, certificate.seal = one.name, one.sha256, one.seal
            certificate.leased_until = None
            ready.append(certificate)
    Certificate.objects.bulk_update(ready, ["status", "rendered", "problem", "file", "sha256", "seal", "leased_until"])
    record_all(
        [
            entry("certificate.rendered", one, by=None, now=now, scope=one.region_id, after={"sha256": one.sha256})
            for one in ready
        ]
    )
    queue(messages.about_ready(ready, now=now))
    crash_point("before certificates are ready")
    return len(ready)


@transaction.atomic
def _replace(made: Made, *, now: datetime) -> None:
    certificate = made.certificate
    current = Certificate.objects.filter(pk=certificate.pk, sha256=certificate.sha256)
    if current.update(file=made.name, sha256=made.sha256, seal=made.seal, rendered=made.at):
        FormerFile.objects.get_or_create(certificate=certificate, sha256=certificate.sha256)
        record(
            "certificate.rendered_again",
            certificate,
            by=None,
            now=now,
            scope=certificate.region_id,
            before={"sha256": certificate.sha256},
            after={"sha256": made.sha256},
        )
