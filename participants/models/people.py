"""Participants, and whom they work for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import BaseModel
from participants.models.fields import NameKeyField
from participants.querysets import EmploymentQuerySet, ParticipantQuerySet
from regions.models import Municipality, Region


class Participant(BaseModel):
    """A person in a region's programmes. Attendance and certificates follow her through every change of employer."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="participants")
    first_name = models.CharField(_("first name"), max_length=60)
    last_name = models.CharField(_("last name"), max_length=60)
    email = models.EmailField(_("work e-mail"))
    name_key = NameKeyField(max_length=130, editable=False, default="", db_default="")
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_from",
        help_text=_("Who this person turned out to be. The row is kept, and seen by nobody."),
    )

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name"]
        indexes = [models.Index(fields=["region", "name_key"])]
        constraints = [
            models.UniqueConstraint("region", Lower("email"), name="participant_email_once_in_region"),
            models.UniqueConstraint(fields=["region", "user"], name="participant_login_once_in_region"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def language(self) -> str:
        """The language that she has chosen, else the portal's."""
        return self.user.language if self.user else settings.LANGUAGE_CODE

    @property
    def sms_number(self) -> str:
        """The number (E.164) at which she wants SMS, or "" if she has proved none."""
        return self.user.sms_number if self.user else ""


class Employment(BaseModel):
    """A period with one employer. Periods of one person never overlap (on PostgreSQL an exclusion constraint holds it).

    `starts` and `ends` are local dates, both included; `ends` is empty while it lasts.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="employments")
    municipality = models.ForeignKey(
        Municipality, verbose_name=_("municipality"), on_delete=models.PROTECT, related_name="employments"
    )
    unit = models.CharField(_("unit"), max_length=100)
    title = models.CharField(_("job title"), max_length=100)
    starts = models.DateField(_("employed from"))
    ends = models.DateField(_("employed to"), null=True, blank=True)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        ordering = ["participant", "-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="employment_in_order"
            ),
            # What SQLite can hold of "periods never overlap": at most one is open.
            models.UniqueConstraint(
                fields=["participant"], condition=Q(ends__isnull=True), name="employment_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}, {self.unit}"
