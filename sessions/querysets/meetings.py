from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from common.search import anywhere, words_of
from participants.models import Enrolment
from sessions.choices import EARNING, SessionStatus
from sessions.querysets.conditions import NOT_A_DRAFT, is_lecturer

if TYPE_CHECKING:
    from accounts.models import User
    from sessions.models import BlockedPeriod, Change, CohortSession


def cohorts_to_apply_for(*, today: date) -> QuerySet[Any]:
    """Cohorts that take applications on `today`, a local date, of every region: what the public start page shows.

    With `first_session`, when the first session that is not cancelled starts; None if there is none.
    """
    planned = Q(sessions__status=SessionStatus.PLANNED)
    return (
        Cohort.objects.open_for_application(today=today)
        .select_related("programme__region")
        .annotate(first_session=Min("sessions__starts", filter=planned))
        .order_by("programme__region__name", "first_session", "name")
    )


class CohortSessionQuerySet(models.QuerySet["CohortSession"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator; if published, those she teaches or attends, and her region's as manager."""
        mine = (
            self._taught_by(user) | self._attended_by(user) | Q(cohort__programme__region__in=user.managed_region_ids)
        )
        return self.filter(self._coordinated_by(user) | (NOT_A_DRAFT & mine))

    def coordinated_by(self, user: User) -> Self:
        """Sessions that `user` plans."""
        return self.filter(self._coordinated_by(user))

    def taught_by(self, user: User) -> Self:
        """Sessions of published cohorts in which she is one of the lecturers."""
        return self.filter(NOT_A_DRAFT & self._taught_by(user))

    def attended_by(self, user: User) -> Self:
        """Sessions of published cohorts in which she takes part."""
        return self.filter(NOT_A_DRAFT & self._attended_by(user))

    def followed_by(self, user: User) -> Self:
        """Sessions of published cohorts in which people of the municipalities that she manages take part."""
        hers = Enrolment.objects.taking_part().filter(municipality__in=user.managed_municipality_ids)
        return self.filter(NOT_A_DRAFT, cohort__in=hers.values("cohort"))

    def markable_by(self, user: User) -> Self:
        """Sessions whose register she may keep: her regions' as coordinator, those she teaches as lecturer."""
        return self.filter(self._coordinated_by(user) | (NOT_A_DRAFT & self._taught_by(user)))

    def shareable_by(self, user: User) -> Self:
        """Sessions with which she may share material: those whose register she may keep."""
        return self.markable_by(user)

    def _coordinated_by(self, user: User) -> Q:
        return Q(cohort__programme__region__in=user.coordinated_region_ids)

    def _attended_by(self, user: User) -> Q:
        return Q(cohort__in=Enrolment.objects.taking_part().filter(participant__user=user).values("cohort"))

    def _taught_by(self, user: User) -> Q:
        """A subquery, since a join with lecturers would repeat sessions."""
        teaching = self.model.lecturers.through.objects.filter(is_lecturer(user, "lecturer__"))
        return Q(pk__in=teaching.values("cohortsession"))

    def search(self, words: str) -> Self:
        """Those that have each of `words` in the module's title, or the names of cohort, venue or a lecturer."""
        teaching = self.model.lecturers.through.objects
        found = Q()
        for word in words_of(words):
            taught = teaching.filter(anywhere(word, among=("lecturer__name",))).values("cohortsession")
            among = ("module__title", "cohort__name", "venue__name", "venue__town")
            found &= anywhere(word, among=among) | Q(pk__in=taught)
        return self.filter(found)

    def held_or_planned(self) -> Self:
        return self.filter(status=SessionStatus.PLANNED)

    def upcoming(self, *, now: datetime) -> Self:
        """Not ended yet at `now`."""
        return self.held_or_planned().filter(ends__gt=now)

    def held(self, *, now: datetime) -> Self:
        """Ended by `now`, the latest first."""
        return self.held_or_planned().filter(ends__lte=now).order_by("-starts")

    def on_days_of(self, absences: QuerySet[Any]) -> Self:
        """Those that begin on one of the days, local and both included, on which a lecturer can't."""
        same_day = absences.filter(first__lte=OuterRef("starts__date"), last__gte=OuterRef("starts__date"))
        return self.filter(Exists(same_day))

    def unmarked(self, *, now: datetime) -> Self:
        """Held by `now`, in a published cohort that people take part in, without a mark in the register."""
        expected = Enrolment.objects.taking_part().filter(cohort=OuterRef("cohort"))
        marks = self.model._meta.get_field("attendances").related_model._default_manager.filter(
            session=OuterRef("pk"), voided=None
        )
        held = self.held_or_planned().filter(ends__lte=now, cohort__status=CohortStatus.PUBLISHED)
        return held.filter(Exists(expected), ~Exists(marks))

    def with_facts(self) -> Self:
        """Load what mails and calendars say of a session, in one query."""
        return self.select_related("cohort__programme__region", "module", "venue")

    def with_details(self) -> Self:
        """Load what a list of sessions shows, in two queries."""
        return self.with_facts().prefetch_related("lecturers")

    def with_last_change(self) -> Self:
        """Annotate `changed`, since when it is what it is: planned, published, or last moved, replaced or cancelled."""
        return self.annotate(
            changed=Greatest(
                "created",
                Coalesce("cohort__published", "created"),
                Coalesce(Max("revisions__change__at"), "created"),
            )
        )

    def at_the_time_of(self, cohorts: Collection[UUID]) -> Self:
        """Those held while one of the cohorts' is, which are among them."""
        theirs = self.model._default_manager.filter(
            cohort__in=cohorts, starts__lt=OuterRef("ends"), ends__gt=OuterRef("starts")
        )
        return self.filter(Exists(theirs))

    def with_marks(self) -> Self:
        """Annotate `marked`, how many the register names, and `came`, how many of them earned the module."""
        valid = Q(attendances__voided=None)
        return self.annotate(
            marked=Count("attendances", filter=valid),
            came=Count("attendances", filter=valid & Q(attendances__mark__in=EARNING)),
        )

    def with_register_counts(self) -> Self:
        """Annotate `expected`, how many take part, and `marked`, how many marks the register holds."""
        taking_part = Enrolment.objects.taking_part().filter(cohort=OuterRef("cohort")).order_by().values("cohort")
        return self.annotate(
            expected=Coalesce(Subquery(taking_part.annotate(people=Count("pk")).values("people")), 0),
            marked=Count("attendances", filter=Q(attendances__voided=None)),
        )


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: User) -> Self:
        """Those in the regions she coordinates."""
        return self.filter(region__in=user.coordinated_region_ids)


class BlockedPeriodQuerySet(models.QuerySet["BlockedPeriod"]):
    def visible_to(self, user: User) -> Self:
        """Those of the regions she coordinates."""
        return self.filter(region__in=user.coordinated_region_ids)

    def with_planned(self) -> Self:
        """Annotate `planned`, how many sessions of the region are planned on those days, by local dates."""
        sessions = "region__programmes__cohorts__sessions"
        planned = Q(
            **{
                f"{sessions}__status": SessionStatus.PLANNED,
                f"{sessions}__starts__date__gte": F("first"),
                f"{sessions}__starts__date__lte": F("last"),
            }
        )
        return self.annotate(planned=Count(sessions, filter=planned))
