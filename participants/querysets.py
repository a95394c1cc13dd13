from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NoReturn, Self, cast
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Lower

from accounts.choices import Role
from cohorts.models import Cohort
from common.search import anywhere, closest_first, every_word_of, words_of
from participants.choices import ACTIVE, SEATED, TAKING_PART, EnrolmentStatus, EventKind
from participants.rules.handover import ANSWERED_FOR
from participants.rules.seats import EXPIRES_SOON

if TYPE_CHECKING:
    from accounts.models import User
    from participants.models import (
        Contact,
        Employment,
        Enrolment,
        EnrolmentDraft,
        EnrolmentEvent,
        Import,
        Merge,
        Need,
        Offer,
        Participant,
    )
    from regions.models import Municipality

NAMES = ("first_name", "last_name", "email")  # of people, by which they are searched; with the index for it


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User) -> Self:
        """People of her regions as coordinator, those enrolled from her municipalities as manager, herself.

        Who turned out to be someone else is seen by nobody.
        """
        return self.filter(
            Q(region__in=user.coordinated_region_ids)
            | Q(enrolments__municipality__in=user.managed_municipality_ids)
            | Q(user=user),
            merged_into=None,
        ).distinct()

    def coordinated_by(self, user: User) -> Self:
        """People of the regions that she coordinates."""
        return self.filter(region__in=user.coordinated_region_ids, merged_into=None)

    def addresses_of(self, user: User) -> set[str]:
        """Where `user` is written to as a participant. Not where somebody else is, too: nobody chooses for her."""
        hers = set(self.filter(user=user).values_list(Lower("email"), flat=True))
        others = self.annotate(address=Lower("email")).filter(address__in=hers).exclude(user=user)
        return hers - set(others.values_list("address", flat=True))

    def with_employments_as(self, user: User) -> Self:
        """Load every employment, the latest first; each says whether it `may_be_seen` by `user`. In one more query."""
        related = self.model._meta.get_field("employments").related_model
        employments = cast(EmploymentQuerySet, related._default_manager.all())
        visible = employments.visible_to(user).filter(pk=OuterRef("pk"))
        marked = employments.select_related("municipality").annotate(may_be_seen=Exists(visible))
        return self.prefetch_related(Prefetch("employments", marked.order_by("-starts")))

    def search(self, words: str) -> Self:
        """Those who have each of `words`, or one much like it, in name or e-mail address; the closest come first."""
        closest = closest_first(words, among=NAMES)
        found = self.filter(every_word_of(words, among=NAMES, loosely=True))
        return found.order_by(closest, "last_name", "first_name", "pk")


class EmploymentQuerySet(models.QuerySet["Employment"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator, her municipalities' as manager, else her own."""
        return self.filter(
            Q(participant__region__in=user.coordinated_region_ids)
            | Q(municipality__in=user.managed_municipality_ids)
            | Q(participant__user=user),
            participant__merged_into=None,
        )


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator, her municipalities' as manager, else her own."""
        return self.filter(
            Q(cohort__programme__region__in=user.coordinated_region_ids)
            | Q(municipality__in=user.managed_municipality_ids)
            | Q(participant__user=user),
            participant__merged_into=None,
        )

    def coordinated_by(self, user: User) -> Self:
        """Those on which `user` decides."""
        return self.filter(cohort__programme__region__in=user.coordinated_region_ids)

    def with_people(self) -> Self:
        """Load what a list of people shows, in one query."""
        return self.select_related("participant", "municipality", "employment", "cohort__programme__region", "manager")

    def followed_before_by(self, user: User) -> Self:
        """Those whose employer was one of her municipalities, and is another now. See participants.periods."""
        hers = user.managed_municipality_ids
        return self.filter(events__municipality__in=hers).exclude(municipality__in=hers).distinct()

    def active(self) -> Self:
        return self.filter(status__in=ACTIVE)

    def going_on(self) -> Self:
        """Active, or completed: who has one in a programme needs no other."""
        return self.filter(status__in=[*ACTIVE, EnrolmentStatus.COMPLETED])

    def not_placed(self) -> Self:
        """Deferred, and nothing has come of it since: they wait for a cohort."""
        return self.filter(~Exists(self._again()), status=EnrolmentStatus.DEFERRED)

    def under_way(self, *, now: datetime) -> Self:
        """Active in a cohort that isn't over, or waiting for a cohort: they follow a person to another employer."""
        over = Cohort.objects.held(before=now).values("pk")
        active = Q(~Q(cohort__in=over), status__in=ACTIVE)
        return self.filter(active | Q(~Exists(self._again()), status=EnrolmentStatus.DEFERRED))

    def _again(self) -> Self:
        """What the person of an outer query has going on in the same programme."""
        same = {"participant": OuterRef("participant"), "programme": OuterRef("programme")}
        return type(self)(self.model).going_on().filter(**same)

    def seated(self) -> Self:
        return self.filter(status__in=SEATED)

    def taking_part(self) -> Self:
        return self.filter(status__in=TAKING_PART)

    def withdrawn_late(self) -> Self:
        """Those that were withdrawn late, with `left`, when, and the `reason`."""
        late = self.filter(status=EnrolmentStatus.WITHDRAWN, events__kind=EventKind.WITHDRAWN_LATE)
        return late.annotate(left=F("events__at"), reason=F("events__reason"))

    def answered_for(self, municipality: Municipality) -> Self:
        """Those from `municipality` for whom a manager answers: who take part or may come to."""
        return self.filter(municipality=municipality, status__in=ANSWERED_FOR)

    def over(self, *, before: datetime) -> Self:
        """Those that ended before then: by withdrawal and the like, or with the last session of their cohort."""
        ended = self.model._default_manager.exclude(status__in=[*ACTIVE, EnrolmentStatus.COMPLETED]).exclude(
            events__at__gt=before
        )
        return self.filter(Q(cohort__in=Cohort.objects.held(before=before)) | Q(pk__in=ended.values("pk")))

    def in_order_of_name(self) -> Self:
        """By last name; namesakes too have one order, so that no one is lost between two pages of a list."""
        return self.order_by("participant__last_name", "participant__first_name", "pk")

    def waiting(self) -> Self:
        """Those who wait, by the time of their application. Whose turn it is says `participants.seating`."""
        return self.filter(status=EnrolmentStatus.WAITING).order_by("applied", "id")

    def offered_until(self, now: datetime) -> Self:
        """Those with an open offer for which the time has run out at `now`."""
        return self.filter(status=EnrolmentStatus.OFFERED, offers__answer="", offers__expires__lte=now)

    def search(self, words: str) -> Self:
        """Those in whose name, e-mail address or reference each of `words` is found.

        People are looked up on their own, by their index.
        """
        people = self.model._meta.get_field("participant").related_model._default_manager
        found = Q()
        for word in words_of(words):
            named = people.filter(anywhere(word, among=NAMES)).values("pk")
            found &= Q(participant__in=named) | Q(reference__icontains=word)
        return self.filter(found)

    def status_counts(self) -> dict[str, int]:
        """How many there are of each status that occurs."""
        return dict(self.order_by().values_list("status").annotate(Count("pk")))

    def counts_by_cohort(self) -> dict[UUID, int]:
        """How many there are in each cohort that has any, by its id."""
        return dict(self.order_by().values_list("cohort").annotate(Count("pk")))


class EnrolmentEventQuerySet(models.QuerySet["EnrolmentEvent"]):
    """Steps are added, and go with their enrolment: nothing else happens to them. PostgreSQL refuses it, too."""

    def update(self, **values: object) -> NoReturn:
        """Raises TypeError: what happened isn't changed."""
        raise TypeError("the history of an enrolment is append-only")

    def delete(self) -> NoReturn:
        """Raises TypeError: what happened isn't undone."""
        raise TypeError("the history of an enrolment is append-only")

    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator, her own; as manager those of the time with her municipalities."""
        return self.filter(
            Q(enrolment__cohort__programme__region__in=user.coordinated_region_ids)
            | Q(municipality__in=user.managed_municipality_ids)
            | Q(enrolment__participant__user=user)
        )


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, user: User) -> Self:
        """Offers of the enrolments that she sees as coordinator or manager."""
        return self.filter(
            Q(enrolment__cohort__programme__region__in=user.coordinated_region_ids)
            | Q(enrolment__municipality__in=user.managed_municipality_ids),
            enrolment__participant__merged_into=None,
        )

    def open(self) -> Self:
        """Not answered, whether or not the time has run out."""
        return self.filter(answer="")

    def expiring(self, *, now: datetime) -> Self:
        """Open offers that soon go to somebody else, but haven't yet."""
        return self.open().filter(expires__gt=now, expires__lte=now + EXPIRES_SOON)

    def with_people(self) -> Self:
        """Load what a list of offers shows, in one query."""
        return self.select_related(
            "enrolment__participant",
            "enrolment__municipality",
            "enrolment__manager",
            "enrolment__cohort__programme__region",
        )

    def by_deadline(self) -> Self:
        """Those that expire first come first."""
        return self.order_by("expires", "enrolment__participant__last_name", "pk")


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator, her municipalities' as manager."""
        return self.filter(
            Q(municipality__region__in=user.coordinated_region_ids) | Q(municipality__in=user.managed_municipality_ids)
        )

    def still_managers(self) -> Self:
        """Those who are active managers of their municipality to this day."""
        roles = self.model._meta.apps.get_model("accounts", "RoleAssignment")._default_manager
        return self.filter(
            Exists(roles.filter(role=Role.MANAGER, user=OuterRef("user"), municipality=OuterRef("municipality"))),
            user__is_active=True,
        )


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator: nobody else merges people."""
        return self.filter(kept__region__in=user.coordinated_region_ids)

    def standing(self) -> Self:
        """Not undone."""
        return self.filter(undone=None)

    def with_people(self) -> Self:
        """Load what a page about merges shows, in one query."""
        return self.select_related("kept__region", "other", "by", "undone_by")


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> Self:
        """Only her own: an upload holds names that no one else has asked for."""
        return self.filter(uploaded_by=user)

    def older_than(self, moment: datetime) -> Self:
        """Uploaded before `moment`."""
        return self.filter(created__lt=moment)

    def under_way(self) -> Self:
        """Confirmed by their owners, and not carried out yet."""
        return self.exclude(requested=None).filter(confirmed=None)

    def recent(self) -> Self:
        """For a list of them: the newest first, without what is in them."""
        return self.order_by("-created").defer("sheet", "rows")


class EnrolmentDraftQuerySet(models.QuerySet["EnrolmentDraft"]):
    def visible_to(self, user: User) -> Self:
        """Only her own: what is typed concerns nobody else before it is sent."""
        return self.filter(owner=user)

    def unsent(self) -> Self:
        return self.filter(enrolment=None)

    def older_than(self, moment: datetime) -> Self:
        """Last changed before `moment`."""
        return self.filter(changed__lt=moment)

    def of_or_new(self, user: User, pk: UUID, *, now: datetime) -> EnrolmentDraft | None:
        """The draft of `user` with that key, or one that she begins and that isn't saved yet; None if it is another's.

        Looking at an empty form stores nothing.
        """
        found = self.filter(pk=pk).select_related("cohort__programme__region").first()
        if found is None:
            return self.model(pk=pk, owner=user, changed=now)
        return found if found.owner_id == user.pk else None


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: User) -> Self:
        """Only her own: neither manager nor coordinator learns who needs what."""
        return self.filter(enrolment__participant__user=user)

    def totals(self) -> dict[str, int]:
        """How many there are of each kind that occurs."""
        return dict(self.order_by().values_list("kind").annotate(Count("pk")))
