"""Forgetting lists."""

from datetime import datetime, timedelta

from django.db import transaction

from participants.models import Import

KEPT = timedelta(days=1)


@transaction.atomic
def purge_imports(*, now: datetime) -> None:
    """Forget what was uploaded more than a day ago: unconfirmed lists, and the rows of those that are carried out."""
    old = Import.objects.older_than(now - KEPT)
    old.filter(requested=None).delete()
    old.exclude(confirmed=None).exclude(rows=[]).update(rows=[])
