from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from accounts.choices import Role
from accounts.models import Invitation, RoleAssignment
from common.search import every_word_of
from sessions.choices import RequestStatus
from sessions.querysets.conditions import coming, is_lecturer

if TYPE_CHECKING:
    from accounts.models import User
    from sessions.models import CohortSession, Lecturer, TeachingRequest, Unavailability


class LecturerQuerySet(models.QuerySet["Lecturer"]):
    def visible_to(self, user: User) -> Self:
        """Lecturers of the regions she coordinates, and herself."""
        return self.filter(Q(region__in=user.coordinated_region_ids) | is_lecturer(user))

    def coordinated_by(self, user: User) -> Self:
        """Lecturers of the regions she coordinates."""
        return self.filter(region__in=user.coordinated_region_ids)

    def herself(self, user: User) -> Self:
        """Her own entries: one in each region in which she has the role of lecturer."""
        return self.filter(is_lecturer(user))

    def to_ask_about(self, session: CohortSession) -> Self:
        """Those who can be asked about the session: not archived, not teaching it, not asked already."""
        asked = self.model._meta.get_field("teaching_requests").related_model._default_manager.filter(
            session=session, lecturer=OuterRef("pk"), status=RequestStatus.OPEN
        )
        return self.filter(~Exists(asked), archived=None).exclude(pk__in=session.lecturers.values("pk"))

    def with_unavailable_days(self, *, since: date) -> Self:
        """Load `unavailable_days`, which end on `since`, a local date, or later."""
        days = self.model._meta.get_field("unavailabilities").related_model._default_manager.filter(last__gte=since)
        return self.prefetch_related(Prefetch("unavailabilities", days, to_attr="unavailable_days"))

    def offered(self, *, to: CohortSession | None = None) -> Self:
        """Those that can be chosen: not archived, or already a lecturer of the session that they are offered `to`."""
        hers = to.lecturers.values("pk") if to else self.none().values("pk")
        return self.filter(Q(archived=None) | Q(pk__in=hers))

    def with_coming(self, *, now: datetime) -> Self:
        """Annotate `coming`, how many planned sessions she teaches."""
        return self.annotate(coming=Count("sessions", filter=coming(now)))

    def with_log_in(self, *, now: datetime) -> Self:
        """Annotate `can_log_in`, whether she has the role, and `invited`, whether an invitation to it is open."""
        hers = {"role": Role.LECTURER, "region": OuterRef("region")}
        roles = RoleAssignment.objects.filter(user__email=OuterRef("email"), **hers)
        invitations = Invitation.objects.open(now=now).filter(email=OuterRef("email"), **hers)
        return self.annotate(can_log_in=Exists(roles), invited=Exists(invitations))

    def search(self, words: str) -> Self:
        """Those in whose name, organisation or address each of `words` is found."""
        return self.filter(every_word_of(words, among=("name", "organisation", "email")))


class UnavailabilityQuerySet(models.QuerySet["Unavailability"]):
    def not_past(self, *, today: date) -> Self:
        """Those that end on `today`, a local date, or later."""
        return self.filter(last__gte=today)

    def visible_to(self, user: User) -> Self:
        """Those of lecturers of the regions she coordinates, and her own."""
        return self.filter(Q(lecturer__region__in=user.coordinated_region_ids) | is_lecturer(user, "lecturer__"))


class TeachingRequestQuerySet(models.QuerySet["TeachingRequest"]):
    def visible_to(self, user: User) -> Self:
        """Those about sessions of the regions she coordinates, and those to herself."""
        return self.filter(Q(lecturer__region__in=user.coordinated_region_ids) | is_lecturer(user, "lecturer__"))

    def coordinated_by(self, user: User) -> Self:
        """Those about sessions of the regions she coordinates."""
        return self.filter(lecturer__region__in=user.coordinated_region_ids)

    def addressed_to(self, user: User) -> Self:
        """Those to herself, as the lecturer that she still is."""
        return self.filter(is_lecturer(user, "lecturer__"))

    def open(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(status=RequestStatus.OPEN)

    def with_details(self) -> Self:
        """Load what is shown of a question, in one query."""
        return self.select_related(
            "lecturer", "asked_by", "session__module", "session__venue", "session__cohort__programme__region"
        )
