"""Which municipalities belong to a region."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from audit.actions import record
from common.locking import lock
from regions.models import Municipality, Region

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def assign_municipalities(*, region: Region, municipalities: Collection[Municipality], by: User, now: datetime) -> None:
    """Make `municipalities`, and no others, belong to `region`.

    One that belongs to another region by now stays there: it must be let go there first.
    """
    region = lock(region)
    wanted = {municipality.pk for municipality in municipalities}
    now_here = set(region.municipalities.select_for_update().values_list("pk", flat=True))
    before = _codes(region)
    Municipality.objects.filter(pk__in=now_here - wanted).update(region=None)
    Municipality.objects.filter(pk__in=wanted - now_here, region=None).update(region=region)
    after = _codes(region)
    if before != after:
        record(
            "region.municipalities_changed",
            region,
            by=by,
            now=now,
            scope=region.pk,
            before={"municipalities": before},
            after={"municipalities": after},
        )


def _codes(region: Region) -> list[str]:
    return list(region.municipalities.order_by("code").values_list("code", flat=True))
