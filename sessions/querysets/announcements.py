from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User
    from sessions.models import Announcement


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def visible_to(self, user: User) -> Self:
        """What is written, or being written, in the regions that `user` coordinates."""
        return self.filter(cohort__programme__region__in=user.coordinated_region_ids)

    def with_details(self) -> Self:
        """Load what its pages and mails say."""
        return self.select_related("cohort__programme__region", "session__module", "session__venue", "material", "by")
