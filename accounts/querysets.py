from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat

from accounts.choices import Role
from accounts.rules import A_DAY, APPOINTS, overdue_until
from common.search import every_word_of

if TYPE_CHECKING:
    from accounts.models import Invitation, MobileCode, RoleAssignment, User


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user; without `password` she logs in by e-mailed code only."""
        user = self.new_user(email, password, **fields)
        user.save(using=self._db)
        return user

    def new_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """What `create_user` would store, not stored yet: for those who come in numbers."""
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def by_email(self, email: str) -> User | None:
        """The user with that address in any case, if there is one."""
        return self.filter(email__iexact=email.strip()).first()

    def connected_with(self, number: str, *, user: User) -> models.QuerySet[User]:
        """`user` and everyone who gave `number` as hers or proved it, in the order of the key: to be locked so."""
        return self.filter(Q(pk=user.pk) | Q(mobile=number) | Q(proven_mobile=number)).order_by("pk")


def appointable_by(user: User) -> Q:
    """What `rules.may_appoint` says, for rows that have a role and its place."""
    regions = user.coordinated_region_ids
    matching = Q(Q(region__in=regions) | Q(municipality__region__in=regions), role__in=APPOINTS[Role.COORDINATOR])
    matching |= Q(municipality__in=user.managed_municipality_ids, role__in=APPOINTS[Role.MANAGER])
    return matching | Q(role__in=APPOINTS[Role.ADMINISTRATOR]) if user.is_administrator else matching


def in_places_of(user: User) -> Q:
    """Rows of the regions that `user` coordinates, of their municipalities, and of those that she manages."""
    regions = user.coordinated_region_ids
    return (
        Q(region__in=regions) | Q(municipality__region__in=regions) | Q(municipality__in=user.managed_municipality_ids)
    )


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def visible_to(self, user: User) -> Self:
        """All as administrator; as coordinator those of her regions and their municipalities; her colleagues' as
        manager; her own.
        """
        return self if user.is_administrator else self.filter(in_places_of(user) | Q(user=user))

    def appointable_by(self, user: User) -> Self:
        """Those that `user` may end: as coordinator in her regions, as administrator all coordinators', as manager
        those of her municipalities.
        """
        return self.filter(appointable_by(user))

    def search(self, words: str) -> Self:
        """Those whose holder's name or address, or whose place, holds every one of `words`."""
        names = ("user__first_name", "user__last_name", "user__email", "municipality__name", "region__name")
        return self.filter(every_word_of(words, among=names))

    def for_list(self) -> Self:
        """Load what a list shows, in one query: by role in order of precedence, then by place and name."""
        precedence = Case(
            *(When(role=role, then=Value(order)) for order, role in enumerate(Role.values)), output_field=IntegerField()
        )
        return self.select_related("user", "region", "municipality__region").order_by(
            precedence, "region__name", "municipality__name", "user__last_name", "user__first_name", "pk"
        )

    def with_inviters(self) -> Self:
        """Add `inviter`, the name of whoever sent the invitation by which the role came; None if it didn't."""
        invitations = self.model._meta.apps.get_model("accounts", "Invitation")._default_manager
        accepted = invitations.filter(
            Q(region=OuterRef("region")) | Q(municipality=OuterRef("municipality")),
            email__iexact=OuterRef("user__email"),
            role=OuterRef("role"),
            accepted__isnull=False,
        )
        name = Concat("invited_by__first_name", Value(" "), "invited_by__last_name")
        return self.annotate(inviter=Subquery(accepted.order_by("-accepted").values(name=name)[:1]))

    def managers_of(self, municipality_id: object) -> Self:
        """The active managers of a municipality."""
        return self.managers_of_each([municipality_id])

    def managers_of_each(self, municipality_ids: Iterable[object]) -> Self:
        """The active managers of several municipalities."""
        return self.filter(role=Role.MANAGER, municipality__in=list(municipality_ids), user__is_active=True)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        """All as administrator; those of the regions she coordinates and their municipalities; her municipalities'."""
        return self if user.is_administrator else self.filter(in_places_of(user))

    def appointable_by(self, user: User) -> Self:
        """Those to roles that `user` may give."""
        return self.filter(appointable_by(user))

    def pending(self) -> Self:
        """Neither accepted nor revoked; the expired among them can be sent again."""
        return self.filter(accepted=None, revoked=None)

    def with_places(self) -> Self:
        return self.select_related("region", "municipality__region", "invited_by")

    def overdue(self, *, now: datetime) -> Self:
        """Pending ones that should have been accepted by now, expired or not, the oldest first."""
        return self.pending().filter(expires__lte=overdue_until(now)).order_by("expires", "pk")

    def open(self, *, now: datetime) -> Self:
        """Neither accepted, revoked nor expired."""
        return self.pending().filter(expires__gt=now)


class MobileCodeQuerySet(models.QuerySet["MobileCode"]):
    def open(self) -> Self:
        """Neither used nor replaced. They may be too old, or entered wrongly too often."""
        return self.filter(ended=None)

    def outlived(self, *, now: datetime) -> Self:
        """Those that are counted no more."""
        return self.filter(sent__lte=now - A_DAY)

    def moments(self, *, now: datetime) -> list[datetime]:
        """When those were sent that still count."""
        return list(self.filter(sent__gt=now - A_DAY).values_list("sent", flat=True))
