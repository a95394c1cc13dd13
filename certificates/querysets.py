from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from certificates.choices import LIVE, CertificateStatus

if TYPE_CHECKING:
    from accounts.models import User
    from certificates.models import Certificate


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator, those of her municipalities' people as manager, else her own."""
        return self.filter(
            Q(region__in=user.coordinated_region_ids)
            | Q(enrolment__municipality__in=user.managed_municipality_ids)
            | Q(enrolment__participant__user=user)
        )

    def live(self) -> Self:
        """Issued and neither superseded nor revoked."""
        return self.filter(status__in=LIVE)

    def to_render(self) -> Self:
        """Issued, but the PDF is not made yet."""
        return self.filter(status=CertificateStatus.ISSUED).order_by("issued", "id")

    def find(self, *, number: str, code: str) -> Certificate | None:
        """The certificate that someone holds in her hand. Public: she needs both, and can't guess the code."""
        return self.filter(number=number, code=code).first()
