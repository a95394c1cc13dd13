from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from accounts.choices import Role
from common.tokens import hash_of

if TYPE_CHECKING:
    from accounts.models import User
    from sessions.models import CalendarFeed


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, user: User) -> Self:
        """Her own."""
        return self.filter(user=user)

    def active(self) -> Self:
        """Those that still answer."""
        return self.filter(revoked=None, user__is_active=True)

    def behind(self, token: str) -> CalendarFeed | None:
        """The one whose address ends in `token`, if it still answers and its owner has the role still."""
        feed = self.active().select_related("user").filter(token_hash=hash_of(token)).first()
        return feed if feed and feed.user.has_role(Role(feed.role)) else None
