from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User
    from regions.models import Municipality, Region


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, user: User) -> Self:
        """All regions as administrator, else those in which `user` has a role."""
        return self if user.is_administrator else self.filter(pk__in=user.region_ids)

    def coordinated_by(self, user: User) -> Self:
        """Regions that `user` coordinates."""
        return self.filter(pk__in=user.coordinated_region_ids)

    def sms_limit(self, region: UUID) -> int:
        """How many parts of SMS the region with that id may spend in a month; none if there is no such region."""
        return self.filter(pk=region).values_list("sms_parts_per_month", flat=True).first() or 0

    def with_municipality_count(self) -> Self:
        """Add `municipality_count`."""
        return self.annotate(municipality_count=models.Count("municipalities"))


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def visible_to(self, user: User) -> Self:
        """Municipalities for which `user` may enrol: her regions' as coordinator, her own as manager."""
        return self.filter(
            models.Q(region__in=user.coordinated_region_ids) | models.Q(pk__in=user.managed_municipality_ids)
        )

    def free_or_of(self, region: Region) -> Self:
        """Those that belong to `region` or to none, county by county."""
        return self.filter(models.Q(region=None) | models.Q(region=region.pk)).order_by("county_code", "name")
