"""What receivers want. It is asked just before a message leaves, so that a choice holds for what waits already, too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from audit.actions import record
from messaging.choices import Topic
from messaging.models import TopicChoice

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def choose_topics(
    *, addresses: Iterable[str], wanted: Collection[Topic], among: Collection[Topic], by: User | None, now: datetime
) -> None:
    """Let who reads at `addresses` get `wanted`, and the others `among` which she chose no more. None: by the link."""
    for address in addresses:
        before = TopicChoice.objects.wanted(address, among)
        for topic in among:
            if (topic in wanted) != (topic in before):
                row, _is_new = TopicChoice.objects.update_or_create(
                    address=address.lower(), topic=topic, defaults={"is_wanted": topic in wanted}
                )
                action = "messages.wanted" if row.is_wanted else "messages.opted_out"
                record(action, row, by=by, now=now, after={"topic": topic})


def carry_choices(addresses: Mapping[str, str]) -> None:
    """Let what was chosen at old addresses or numbers hold at the new ones as well: by the old.

    Where anything has been chosen at the new one, it all stays as it is there: whoever reads there has spoken. Who
    calls answers for old and new being one person's. A number is, since she has proved it. Of an e-mail address
    it is stated by the coordinator or manager who corrects it, so that it may be nobody else's as far as the portal
    knows. The old keep theirs: somebody may go on reading there.
    """
    new_of = {old.lower(): new.lower() for old, new in addresses.items() if old and new}
    spoken = set(TopicChoice.objects.filter(address__in=new_of.values()).values_list("address", flat=True))
    carried = [
        TopicChoice(address=new_of[one.address], topic=one.topic, is_wanted=one.is_wanted)
        for one in TopicChoice.objects.filter(address__in=new_of)
        if new_of[one.address] not in spoken
    ]
    TopicChoice.objects.bulk_create(carried, ignore_conflicts=True)
