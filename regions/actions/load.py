"""Sweden's municipalities, from the file that is shipped with the portal."""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from regions.models import Municipality

FILE = Path(__file__).resolve().parent.parent / "data" / "municipalities.csv"


@dataclass(frozen=True)
class Loaded:
    """How many municipalities the file has, how many of them are new, and which others the database knows."""

    total: int
    new: int
    no_longer_listed: list[str]


@transaction.atomic
def load_municipalities(file: Path = FILE) -> Loaded:
    """Create or update every municipality in `file`, matched by its code; regions stay. Safe to run again."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    known = set(Municipality.objects.values_list("code", flat=True))
    Municipality.objects.bulk_create(
        [Municipality(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "county_code", "county_name", "population"],
    )
    listed = {row["code"] for row in rows}
    return Loaded(total=len(rows), new=len(listed - known), no_longer_listed=sorted(known - listed))
