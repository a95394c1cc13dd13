from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from messaging.choices import State

if TYPE_CHECKING:
    from messaging.models import Message


class MessageQuerySet(models.QuerySet["Message"]):
    def about(self, **refs: object) -> Self:
        """Messages about all of the given records, for example `session=session.pk`."""
        return self.filter(**{f"refs__{name}": str(value) for name, value in refs.items()})

    def claimable(self, *, now: datetime) -> Self:
        """Queued messages whose time has come, the longest waiting first."""
        return self.filter(state=State.QUEUED, next_try__lte=now).order_by("next_try", "id")

    def abandoned(self, *, now: datetime) -> Self:
        """Messages whose sender went away: the lease ran out."""
        return self.filter(state=State.SENDING, lease_until__lt=now)

    def unsent(self) -> Self:
        """Messages that surely haven't left, and still might."""
        return self.open().filter(handed_over=None)

    def open(self) -> Self:
        """Messages that may still be sent."""
        return self.filter(Q(state=State.QUEUED) | Q(state=State.SENDING))
