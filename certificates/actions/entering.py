"""Entering certificates in the register: numbers, codes, frozen data and the log, for one or for a thousand at once."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from audit.actions import entry, record_all
from certificates.choices import CertificateKind, CertificateStatus
from certificates.files import sha256
from certificates.freezing import freeze, logo_of
from certificates.models import Certificate, Logo, NumberSeries
from certificates.rules.issuing import certificate_number, code_from
from common.models import BATCH
from common.wakeup import wake_on_commit
from participants.models import Enrolment
from regions.models import Region
from sessions.attendance.ledger import Standing

Earned = tuple[Enrolment, Standing]


def lock_enrolments(enrolments: Sequence[UUID]) -> list[Enrolment]:
    """Lock enrolments in the order of their key, and always before a number series: so no two issuers can deadlock."""
    return list(
        Enrolment.objects.filter(pk__in=enrolments)
        .select_for_update(of=("self",))
        .select_related("participant__user", "cohort__programme__region", "programme")
        .order_by("pk")
    )


def draw_up(kind: CertificateKind, earned: Sequence[Earned], *, by: User | None, now: datetime) -> list[Certificate]:
    """A new certificate of `kind`, not stored yet, for each of locked enrolments of one region, in order of name.

    Numbers follow each other from the last one of the local year of `now`; what each says is frozen.
    """
    if not earned:
        return []
    in_order = sorted(earned, key=lambda one: (one[0].participant.last_name, one[0].participant.first_name, one[0].pk))
    region = in_order[0][0].cohort.programme.region
    year = timezone.localdate(now).year
    certificates = [
        Certificate(
            kind=kind,
            enrolment=enrolment,
            region=region,
            year=year,
            serial=serial,
            number=certificate_number(region_code=region.code, year=year, serial=serial),
            code=new_code(),
            issued=now,
            issued_by=by,
        )
        for (enrolment, _standing), serial in zip(in_order, _take_serials(region, year, len(in_order)), strict=True)
    ]
    fill(certificates, {enrolment.pk: standing for enrolment, standing in in_order})
    return certificates


def fill(certificates: Sequence[Certificate], found: Mapping[UUID, Standing]) -> None:
    """Freeze what each of the certificates, all of one region, will say; `found` are the standings by enrolment."""
    logo = _logo(certificates[0].region)
    for certificate in certificates:
        certificate.logo = logo
        certificate.data = freeze(certificate, found[certificate.enrolment_id]).as_json()


def insert(certificates: Sequence[Certificate], *, by: User | None, now: datetime) -> None:
    """Store what was drawn up, note it in the log, and wake a worker that makes it once the transaction holds."""
    Certificate.objects.bulk_create(certificates, batch_size=BATCH)
    record_all(
        [
            entry(
                "certificate.issued",
                certificate,
                by=by,
                now=now,
                scope=certificate.region_id,
                after={
                    "kind": certificate.kind,
                    "number": certificate.number,
                    "version": certificate.version,
                    "enrolment": certificate.enrolment_id,
                    "earned": certificate.data["modules_earned"],
                },
            )
            for certificate in certificates
        ]
    )
    wake_on_commit("certificates.tasks.render_pending")


def supersede(superseded: Sequence[tuple[Certificate, UUID]], *, by: User | None, now: datetime) -> None:
    """Let locked certificates be superseded, each by the one with the given key, which the same transaction inserts."""
    before = {certificate.pk: certificate.status for certificate, _successor in superseded}
    for certificate, successor in superseded:
        certificate.status = CertificateStatus.SUPERSEDED
        certificate.superseded, certificate.superseded_by_id = now, successor
    certificates = [certificate for certificate, _successor in superseded]
    Certificate.objects.bulk_update(certificates, ["status", "superseded", "superseded_by"], batch_size=BATCH)
    record_all(
        [
            entry(
                "certificate.superseded",
                certificate,
                by=by,
                now=now,
                scope=certificate.region_id,
                before={"status": before[certificate.pk]},
                after={"status": certificate.status, "superseded_by": certificate.superseded_by_id},
            )
            for certificate in certificates
        ]
    )


def new_code() -> str:
    """A verification code that nobody can guess."""
    return code_from(secrets.token_bytes(10))


def _take_serials(region: Region, year: int, count: int) -> range:
    """Take the next `count` numbers. The row stays locked until the transaction ends: one that fails leaves no gap."""
    NumberSeries.objects.get_or_create(region=region, year=year)
    series = NumberSeries.objects.select_for_update().get(region=region, year=year)
    first = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return range(first, series.last + 1)


def _logo(region: Region) -> Logo | None:
    """The region's logo as it is now, kept for good."""
    content = logo_of(region)
    if content is None:
        return None
    return Logo.objects.get_or_create(sha256=sha256(content), defaults={"content": content})[0]
