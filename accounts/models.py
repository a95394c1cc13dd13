"""Users, their roles and numbers, and invitations to roles."""

from datetime import datetime
from functools import cached_property
from typing import ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from accounts.choices import ROLES_OF_A_MUNICIPALITY, ROLES_OF_A_REGION, Role
from accounts.permissions import ROLES, Permission
from accounts.querysets import InvitationQuerySet, MobileCodeQuerySet, RoleAssignmentQuerySet, UserManager
from accounts.rules import MOST_TRIES, ROLES_BY_SMS, refusal_to_try_code
from common.models import BaseModel
from regions.models import Municipality, Region


class User(AbstractBaseUser, BaseModel):
    """A person who can log in: by an e-mailed code, or with a password if she has chosen one."""

    email = models.EmailField(_("e-mail"), unique=True)
    first_name = models.CharField(_("first name"), max_length=60)
    last_name = models.CharField(_("last name"), max_length=60)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="sv")
    mobile = models.CharField(
        _("mobile number"),
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text=_("In E.164, for reminders by SMS. She gave it herself, which is her consent, and can remove it."),
    )
    proven_mobile = models.CharField(
        _("proven mobile number"),
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text=_("The number at which she last showed that she reads what is sent there."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]
    objects = UserManager()

    class Meta:
        ordering = ["last_name", "first_name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(mobile="") | models.Q(mobile__startswith="+"), name="user_mobile_in_e164"
            ),
            models.UniqueConstraint(
                fields=["proven_mobile"], condition=~models.Q(proven_mobile=""), name="user_mobile_proven_by_one"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @cached_property
    def roles(self) -> list["RoleAssignment"]:
        """Her roles in order of precedence, loaded once per request."""
        order = list(Role.values)
        assignments = self.role_assignments.select_related("region", "municipality__region")
        return sorted(assignments, key=lambda assignment: (order.index(assignment.role), str(assignment.place)))

    def may(self, permission: Permission) -> bool:
        """Whether any of her roles carries `permission`. A disabled account may nothing."""
        return self.is_active and any(permission in ROLES[assignment.role].permissions for assignment in self.roles)

    def has_role(self, *roles: Role) -> bool:
        return any(assignment.role in roles for assignment in self.roles)

    @property
    def sms_number(self) -> str:
        """The number (E.164) to which SMS go: hers if it is the one that she has proved to read, else ""."""
        return self.mobile if self.mobile == self.proven_mobile else ""

    @property
    def can_get_sms(self) -> bool:
        """Whether the portal and any region in which she takes part send SMS."""
        return settings.SMS_ON and bool(self.sms_region_ids)

    @property
    def sms_region_ids(self) -> set[UUID]:
        """Regions that would send her SMS: those in which she takes part, and which pay for any."""
        regions = {role.region for role in self.roles if role.region and role.role in ROLES_BY_SMS}
        return {region.pk for region in regions if region.sms_parts_per_month}

    @property
    def is_administrator(self) -> bool:
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def coordinated_region_ids(self) -> set[UUID]:
        return {role.region_id for role in self.roles if role.role == Role.COORDINATOR and role.region_id}

    @property
    def managed_municipality_ids(self) -> set[UUID]:
        return {role.municipality_id for role in self.roles if role.role == Role.MANAGER and role.municipality_id}

    @property
    def managed_region_ids(self) -> set[UUID]:
        """Regions whose programmes the municipalities that she manages take part in."""
        return {
            assignment.place_region.pk
            for assignment in self.roles
            if assignment.role == Role.MANAGER and assignment.place_region
        }

    def acts_for(self, municipality: Municipality) -> bool:
        """Whether she is one of its managers, or a coordinator of its region."""
        return municipality.pk in self.managed_municipality_ids or municipality.region_id in self.coordinated_region_ids

    @property
    def taught_region_ids(self) -> set[UUID]:
        return {role.region_id for role in self.roles if role.role == Role.LECTURER and role.region_id}

    @property
    def region_ids(self) -> set[UUID]:
        """Regions in which she has any role, also through her municipality."""
        return {assignment.place_region.pk for assignment in self.roles if assignment.place_region}


# A role belongs to a region or to a municipality; an administrator's to neither.
IN_ITS_PLACE = (
    models.Q(role__in=ROLES_OF_A_REGION, region__isnull=False, municipality__isnull=True)
    | models.Q(role__in=ROLES_OF_A_MUNICIPALITY, region__isnull=True, municipality__isnull=False)
    | models.Q(role=Role.ADMINISTRATOR, region__isnull=True, municipality__isnull=True)
)


class InAPlace(BaseModel):
    """What has a role in a region or a municipality."""

    region: models.ForeignKey[Region | None, Region | None]
    municipality: models.ForeignKey[Municipality | None, Municipality | None]

    class Meta:
        abstract = True

    @property
    def place(self) -> Region | Municipality | None:
        return self.region or self.municipality

    @property
    def place_region(self) -> Region | None:
        return self.region or (self.municipality.region if self.municipality else None)


class RoleAssignment(InAPlace):
    """One role of one person, in the region or municipality it belongs to; an administrator's belongs to neither."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="role_assignments")
    municipality = models.ForeignKey(
        Municipality, null=True, blank=True, on_delete=models.PROTECT, related_name="role_assignments"
    )

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "region"], condition=models.Q(region__isnull=False), name="role_once_in_region"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "municipality"],
                condition=models.Q(municipality__isnull=False),
                name="role_once_in_municipality",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(region__isnull=True, municipality__isnull=True),
                name="role_once_in_installation",
            ),
            models.CheckConstraint(condition=IN_ITS_PLACE, name="role_belongs_to_its_place"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.place}" if self.place else str(self.get_role_display())


class Invitation(InAPlace):
    """An invitation to a role by a link. Only the hash of the link's token is kept (accounts/tokens.py)."""

    email = models.EmailField(_("e-mail"))
    first_name = models.CharField(_("first name"), max_length=60)
    last_name = models.CharField(_("last name"), max_length=60)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    municipality = models.ForeignKey(
        Municipality, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="sv")
    nonce = models.UUIDField(default=uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(condition=IN_ITS_PLACE, name="invitation_belongs_to_its_place"),
            models.UniqueConstraint(
                Lower("email"),
                "role",
                Coalesce("region", "municipality"),
                condition=models.Q(accepted=None, revoked=None) & ~models.Q(role=Role.ADMINISTRATOR),
                name="invitation_pending_once_in_place",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted=None, revoked=None, role=Role.ADMINISTRATOR),
                name="invitation_pending_once_in_installation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.get_role_display()})"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def is_open(self, *, now: datetime) -> bool:
        return self.accepted is None and self.revoked is None and self.expires > now


class MobileCode(BaseModel):
    """A code that was sent to a number, by which a user proves that she reads what is sent there.

    Of the code itself nothing is kept (accounts/tokens.py). Rows are counted for a day, and go when
    somebody next asks for a code.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mobile_codes")
    number = models.CharField(max_length=16)
    sent = models.DateTimeField()
    minute = models.PositiveIntegerField(help_text=_("Of `sent`, since 1970: no number gets two in one."))
    expires = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, help_text=_("How often it was entered wrongly."))
    ended = models.DateTimeField(null=True, help_text=_("When it was used, or another took its place."))

    objects = MobileCodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["number", "sent"], name="mobile_code_number")]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(ended=None), name="mobile_code_one_open"),
            models.UniqueConstraint(fields=["number", "minute"], name="mobile_code_once_a_minute"),
            models.CheckConstraint(condition=models.Q(number__startswith="+"), name="mobile_code_to_e164"),
            models.CheckConstraint(condition=models.Q(tries__lte=MOST_TRIES), name="mobile_code_few_tries"),
            models.CheckConstraint(
                condition=models.Q(expires__gt=models.F("sent")), name="mobile_code_expires_after_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.sent:%Y-%m-%d %H:%M}"

    def can_be_entered(self, *, now: datetime) -> bool:
        return self.ended is None and refusal_to_try_code(expires=self.expires, tries=self.tries, now=now) is None
