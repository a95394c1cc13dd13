"""A new region in the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from audit.actions import record
from regions.models import Region

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def create_region(*, details: Mapping[str, Any], by: User, now: datetime) -> Region:
    """Create a region from the validated values of its form. It has no municipalities yet."""
    region = Region.objects.create(**details)
    record("region.created", region, by=by, now=now, scope=region.pk, after={"code": region.code, "name": region.name})
    return region
