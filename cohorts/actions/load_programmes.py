"""Giving a region the programmes that the portal ships with."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from cohorts.models import Module, Programme
from common.locking import lock
from regions.models import Region

SHIPPED = Path(__file__).resolve().parent.parent / "shipped"


@transaction.atomic
def load_programmes(*, region: Region, by: User | None, now: datetime) -> list[Programme]:
    """Add the shipped programmes that `region` lacks; return those that were added.

    A programme is known by its title. One that exists is left as it is, since the region may have made it its own;
    so this can be run again at any time. `by` is None when the system does it.
    """
    region = lock(region)
    present = set(Programme.objects.filter(region=region).values_list("title", flat=True))
    shipped = (tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(SHIPPED.glob("*.toml")))
    return [_add(region, text, by=by, now=now) for text in shipped if text["title"] not in present]


def _add(region: Region, text: dict[str, Any], *, by: User | None, now: datetime) -> Programme:
    modules = text.pop("modules")
    programme = Programme.objects.create(region=region, **text)
    Module.objects.bulk_create(
        Module(programme=programme, number=number, **module) for number, module in enumerate(modules, start=1)
    )
    record(
        "programme.loaded",
        programme,
        by=by,
        now=now,
        scope=region.pk,
        after={"title": programme.title, "modules": len(modules)},
    )
    return programme
