from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from cohorts.choices import CohortStatus
from common.search import every_word_of

if TYPE_CHECKING:
    from accounts.models import User
    from cohorts.models import Cohort, Module, Programme


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

    def open(self) -> Self:
        """Those that new cohorts can follow: not archived, and with modules in their current version."""
        return self.filter(archived=None, modules__version=F("version")).distinct()

    def with_figures(self) -> Self:
        """With `module_count` and `hours` of the current version."""
        current = Q(modules__version=F("version"))
        return self.annotate(
            module_count=Count("modules", filter=current), hours=Sum("modules__hours", filter=current, default=0)
        )


class ModuleQuerySet(models.QuerySet["Module"]):
    def visible_to(self, user: User) -> Self:
        """Modules of every version of the programmes of the regions that she coordinates."""
        return self.filter(programme__region__in=user.coordinated_region_ids)

    def to_plan(self) -> Self:
        """Those of the programmes that new cohorts can follow, in their current versions, in order."""
        current = self.filter(programme__archived=None, version=F("programme__version"))
        return current.order_by("programme__title", "programme", "number")


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

    def running(self, *, now: datetime) -> Self:
        """Published cohorts whose last session has not been held at `now`."""
        return self.published().filter(Q(sessions=None) | Q(sessions__ends__gt=now)).distinct()

    def held(self, *, before: datetime) -> Self:
        """Those whose last session ended before then; not those without sessions."""
        return self.filter(sessions__ends__lte=before).exclude(sessions__ends__gt=before).distinct()

    def to_enrol_in(self, user: User, *, now: datetime) -> Self:
        """Published cohorts in which `user` may enrol at `now` or later.

        That is until the last day of application, and as coordinator until the last session has been held.
        """
        in_time = Q(applications_close__gte=timezone.localdate(now))
        while_it_lasts = Q(programme__region__in=user.coordinated_region_ids)
        return self.running(now=now).filter(in_time | while_it_lasts)

    def open_for_application(self, *, today: date) -> Self:
        """Published and within the application period on `today`, a local date."""
        return self.published().filter(applications_open__lte=today, applications_close__gte=today)
