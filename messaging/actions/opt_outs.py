"""What receivers don't want. It is asked just before a message leaves, so what waits already is withheld, too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from audit.actions import record
from messaging.choices import Topic
from messaging.models import OptOut

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def choose_topics(
    *, address: str, wanted: Collection[Topic], among: Collection[Topic], by: User | None, now: datetime
) -> None:
    """Let the receiver at `address` get `wanted`, and the others `among` which she chose no more. None: by the link."""
    for topic in among:
        if topic in wanted:
            for row in OptOut.objects.of(address).filter(topic=topic):
                record("messages.wanted_again", row, by=by, now=now, before={"topic": topic})
                row.delete()
        else:
            row, is_new = OptOut.objects.get_or_create(address=address.lower(), topic=topic)
            if is_new:
                record("messages.opted_out", row, by=by, now=now, after={"topic": topic})
