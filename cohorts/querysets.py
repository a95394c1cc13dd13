from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cohorts.choices import CohortStatus
from common.search import every_word_of

if TYPE_CHECKING:
    from accounts.models import User
    from cohorts.models import Cohort, Programme


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> Self:
        """Programmes of the regions in which `user` has any role."""
        return self.filter(region__in=user.region_ids)

    def coordinated_by(self, user: User) -> Self:
        """Programmes for which `user` may plan cohorts."""
        return self.filter(region__in=user.coordinated_region_ids)

    def search(self, words: str) -> Self:
        """Those in whose title each of `words` is found."""
        return self.filter(every_word_of(words, among=("title",)))


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User) -> Self:
        """Every cohort of the regions she coordinates; published ones of her region as manager."""
        managed = Q(programme__region__in=user.managed_region_ids) & ~Q(status=CohortStatus.DRAFT)
        return self.filter(Q(programme__region__in=user.coordinated_region_ids) | managed)

    def coordinated_by(self, user: User) -> Self:
        """Cohorts that `user` plans."""
        return self.filter(programme__region__in=user.coordinated_region_ids)

    def search(self, words: str) -> Self:
        """Those that have each of `words` in their name or their programme's title."""
        return self.filter(every_word_of(words, among=("name", "programme__title")))

    def published(self) -> Self:
        return self.filter(status=CohortStatus.PUBLISHED)

    def to_enrol_in(self, user: User, *, now: datetime) -> Self:
        """Published cohorts in which `user` may enrol at `now` or later.

        That is until the last day of application, and as coordinator until the last session has been held.
        """
        in_time = Q(applications_close__gte=timezone.localdate(now))
        while_it_lasts = Q(programme__region__in=user.coordinated_region_ids)
        not_over = Q(sessions=None) | Q(sessions__ends__gt=now)
        return self.published().filter(in_time | while_it_lasts, not_over).distinct()

    def open_for_application(self, *, today: date) -> Self:
        """Published and within the application period on `today`, a local date."""
        return self.published().filter(applications_open__lte=today, applications_close__gte=today)
