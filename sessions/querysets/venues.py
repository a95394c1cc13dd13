from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from common.search import every_word_of
from sessions.querysets.conditions import coming

if TYPE_CHECKING:
    from accounts.models import User
    from sessions.models import CohortSession, Venue


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, user: User) -> Self:
        """Venues of the regions she coordinates."""
        return self.filter(region__in=user.coordinated_region_ids)

    def offered(self, *, to: CohortSession | None = None) -> Self:
        """Those that can be chosen: not archived, or already that of the session that they are offered `to`."""
        return self.filter(Q(archived=None) | Q(pk=to.venue_id if to else None))

    def with_coming(self, *, now: datetime) -> Self:
        """Annotate `coming`, how many sessions are planned in it."""
        return self.annotate(coming=Count("sessions", filter=coming(now)))

    def search(self, words: str) -> Self:
        """Those in whose name or address each of `words` is found."""
        return self.filter(every_word_of(words, among=("name", "address", "town")))
