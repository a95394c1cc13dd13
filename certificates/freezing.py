"""What a certificate will say for ever: gathered once, when it is issued."""

from decimal import Decimal
from typing import cast

from django.conf import settings
from django.utils import timezone

from certificates.document import CertificateDocument, CertificateModule, Kind, Language
from certificates.models import Certificate
from regions.models import Region
from sessions.attendance.ledger import Standing


def freeze(certificate: Certificate, standing: Standing, *, logo: bytes | None = None) -> CertificateDocument:
    """Return what `certificate` will say, as things stand; at least one module must be earned.

    `logo` is that of the region; the register keeps it apart, since a thousand certificates bear the same.
    """
    enrolment, region = certificate.enrolment, certificate.region
    earned = [step for step in standing.steps if step.earned_on]
    days = [step.earned_on for step in earned if step.earned_on]
    return CertificateDocument(
        kind=cast(Kind, certificate.kind),
        language=cast(Language, enrolment.participant.language),
        number=certificate.number,
        code=certificate.grouped_code,
        verification_url=f"{settings.BASE_URL}{certificate.verification_path}",
        version=certificate.version,
        participant_name=enrolment.participant.full_name,
        programme_title=enrolment.programme.title,
        cohort_name=enrolment.cohort.name,
        region_name=region.name,
        region_logo=logo,
        primary_colour=region.primary_colour,
        modules=tuple(
            CertificateModule(
                number=step.module.number, title=step.module.title, date=step.earned_on, hours=step.module.hours
            )
            for step in standing.steps
        ),
        total_hours=sum((step.module.hours for step in earned), Decimal(0)),
        modules_earned=standing.progress.earned,
        modules_total=standing.progress.total,
        modules_required=standing.progress.required,
        first_date=min(days),
        last_date=max(days),
        issued_on=timezone.localdate(certificate.issued),
        issued_at=certificate.issued,
        signatory_name=region.signatory_name,
        signatory_title=region.signatory_title,
        place=region.seat,
    )


def logo_of(region: Region) -> bytes | None:
    """The region's logo as it is now."""
    if not region.logo:
        return None
    with region.logo.open("rb") as file:
        return cast(bytes, file.read())
