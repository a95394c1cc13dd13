from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, cast
from uuid import UUID

from django.db import models
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from accounts.choices import Role
from accounts.models import Invitation, RoleAssignment
from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from common.search import anywhere, every_word_of, words_of
from common.tokens import hash_of
from participants.models import Enrolment
from sessions.choices import EARNING, RequestStatus, SessionStatus

if TYPE_CHECKING:
    from accounts.models import User
    from cohorts.models import Module
    from sessions.models import (
        Attendance,
        BlockedPeriod,
        CalendarFeed,
        Change,
        CohortSession,
        Lecturer,
        Material,
        TeachingRequest,
        Unavailability,
        Venue,
    )


NOT_A_DRAFT = ~Q(cohort__status=CohortStatus.DRAFT)


def is_lecturer(user: User, path: str = "") -> Q:
    """The entries of `user` in the registers of lecturers: with her address, where she has the role."""
    return Q(**{f"{path}email": user.email.lower(), f"{path}region__in": user.taught_region_ids})


def _coming(now: datetime) -> Q:
    """Of the sessions of a venue or a lecturer, those that are still to be held."""
    return Q(sessions__status=SessionStatus.PLANNED, sessions__ends__gt=now)


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


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, user: User) -> Self:
        """Venues of the regions she coordinates."""
        return self.filter(region__in=user.coordinated_region_ids)

    def offered(self, *, to: CohortSession | None = None) -> Self:
        """Those that can be chosen: not archived, or already that of the session that they are offered `to`."""
        return self.filter(Q(archived=None) | Q(pk=to.venue_id if to else None))

    def with_coming(self, *, now: datetime) -> Self:
        """Annotate `coming`, how many sessions are planned in it."""
        return self.annotate(coming=Count("sessions", filter=_coming(now)))

    def search(self, words: str) -> Self:
        """Those in whose name or address each of `words` is found."""
        return self.filter(every_word_of(words, among=("name", "address", "town")))


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
        return self.annotate(coming=Count("sessions", filter=_coming(now)))

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


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: User) -> Self:
        """Those in the regions she coordinates."""
        return self.filter(region__in=user.coordinated_region_ids)


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

    def unmarked(self, *, now: datetime) -> Self:
        """Held by `now`, in a published cohort that people take part in, without a mark in the register."""
        expected = Enrolment.objects.taking_part().filter(cohort=OuterRef("cohort"))
        marks = self.model._meta.get_field("attendances").related_model._default_manager.filter(
            session=OuterRef("pk"), voided=None
        )
        held = self.held_or_planned().filter(ends__lte=now, cohort__status=CohortStatus.PUBLISHED)
        return held.filter(Exists(expected), ~Exists(marks))

    def with_details(self) -> Self:
        """Load what a list of sessions shows, in two queries."""
        return self.select_related("cohort__programme__region", "module", "venue").prefetch_related("lecturers")

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


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def valid(self) -> Self:
        """Marks that count: not voided."""
        return self.filter(voided=None)


class MaterialQuerySet(models.QuerySet["Material"]):
    def visible_to(self, user: User, *, today: date) -> Self:
        """Her regions' as coordinator, that of the sessions she teaches, and from its day on of those she attends.

        `today` is a local date.
        """
        sessions = self._sessions()
        attended = Enrolment.objects.taking_part().filter(participant__user=user)
        hers = sessions.filter(NOT_A_DRAFT, cohort__in=attended.values("cohort"))
        handed_out = Q(visible_from=None) | Q(visible_from__lte=today)
        coordinated = Q(module__programme__region__in=user.coordinated_region_ids) | Q(
            session__cohort__programme__region__in=user.coordinated_region_ids
        )
        return self._with_identity().filter(coordinated | _of(sessions.taught_by(user)) | (handed_out & _of(hers)))

    def changeable_by(self, user: User) -> Self:
        """Her regions' as coordinator; as lecturer that of the sessions she teaches, not that of their modules."""
        return self.filter(self._changeable_by(user))

    def with_rights_of(self, user: User) -> Self:
        """Annotate `may_change`, whether `changeable_by` would let it through."""
        return self.annotate(may_change=Case(When(self._changeable_by(user), then=True), default=False))

    def _changeable_by(self, user: User) -> Q:
        coordinated = Q(module__programme__region__in=user.coordinated_region_ids)
        return coordinated | Q(session__in=self._sessions().shareable_by(user))

    def of_sessions(self, sessions: CohortSessionQuerySet) -> Self:
        """What is handed out at these sessions, also what goes with their modules."""
        return self._with_identity().filter(_of(sessions))

    def of_module(self, module: Module) -> Self:
        """What goes with the module, whichever of its versions it was given to."""
        return self._with_identity().filter(identity=module.identity)

    def _with_identity(self) -> Self:
        """With `identity`, what the versions of its module have in common; None for material of a session."""
        return self.alias(identity=Coalesce("module__origin", "module"))

    def _sessions(self) -> CohortSessionQuerySet:
        related = self.model._meta.get_field("session").related_model
        return cast(CohortSessionQuerySet, related._default_manager.all())


def _of(sessions: CohortSessionQuerySet) -> Q:
    """Material of these sessions or of any version of their modules, by subqueries: a join would repeat it."""
    identities = sessions.values_list(Coalesce("module__origin", "module"))
    return Q(session__in=sessions.values("pk")) | Q(identity__in=identities)


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
