"""Changing a region's settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import FileField

from audit.actions import record
from common.locking import lock
from regions.actions.assign import assign_municipalities
from regions.models import Municipality, Region

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def change_region(
    *,
    region: Region,
    changes: Mapping[str, Any],
    by: User,
    now: datetime,
    municipalities: Collection[Municipality] | None = None,
) -> Region:
    """Set the fields named in `changes` and log those that differ. A logo that is replaced or removed is deleted.

    `changes` comes from a validated form: this function trusts its values. With `municipalities`, these and no others
    belong to the region afterwards (see assign_municipalities).
    """
    region = lock(region)
    before = {name: _plain(region, name) for name in changes}
    old_logo = region.logo.name
    for name, value in changes.items():
        setattr(region, name, value)
    region.save(update_fields=list(changes))
    after = {name: _plain(region, name) for name in changes}
    changed = [name for name in changes if before[name] != after[name]]
    if changed:
        record(
            "region.changed",
            region,
            by=by,
            now=now,
            scope=region.pk,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    if municipalities is not None:
        assign_municipalities(region=region, municipalities=municipalities, by=by, now=now)
    if old_logo and old_logo != region.logo.name:
        transaction.on_commit(lambda: region.logo.storage.delete(old_logo))
    return region


def _plain(region: Region, name: str) -> Any:
    value = getattr(region, name)
    return value.name if isinstance(Region._meta.get_field(name), FileField) else value
