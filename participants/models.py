"""Participants, whom they work for, and their enrolments in cohorts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort, Programme
from common.models import BaseModel
from participants.choices import ACTIVE, EnrolmentStatus
from participants.querysets import EmploymentQuerySet, EnrolmentQuerySet, ImportQuerySet, ParticipantQuerySet
from regions.models import Municipality, Region


class Participant(BaseModel):
    """A person in a region's programmes. Attendance and certificates follow her through every change of employer."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="participants")
    first_name = models.CharField(_("first name"), max_length=60)
    last_name = models.CharField(_("last name"), max_length=60)
    email = models.EmailField(_("work e-mail"))

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name"]
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


class Enrolment(BaseModel):
    """A person's place in a cohort, for the employer she had at the time."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="enrolments")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    # The cohort's programme again, because a constraint can't look through a relation.
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="enrolments")
    # The employment's municipality at the time: seats and tenancy count by it, also after a change of employer.
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="enrolments")
    manager = models.ForeignKey(
        User,
        verbose_name=_("manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="enrolments_managed",
    )
    status = models.CharField(_("status"), max_length=10, choices=EnrolmentStatus)
    reference = models.CharField(_("reference"), max_length=12, unique=True)
    applied = models.DateTimeField(_("applied"))

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["applied", "id"]
        indexes = [models.Index(fields=["cohort", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "programme"],
                condition=Q(status__in=ACTIVE),
                name="enrolment_active_once_in_programme",
            ),
            models.UniqueConstraint(fields=["participant", "cohort"], name="enrolment_once_in_cohort"),
            models.CheckConstraint(condition=Q(status__in=EnrolmentStatus.values), name="enrolment_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.participant} – {self.cohort}"


class EnrolmentEvent(BaseModel):
    """One dated step in an enrolment's history: append-only, shown on the person's timeline."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=EnrolmentStatus)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_status_display()}"


class Import(BaseModel):
    """An uploaded list of new hires, kept from its preview until it is confirmed; purged a day later.

    `municipality` is empty if each row names its own.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="imports")
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("municipality"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="imports",
    )
    uploaded_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="imports")
    filename = models.CharField(max_length=200)
    rows = models.JSONField(help_text=_("What was read, row by row, in the order of the file."))
    confirmed = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.filename} ({self.created:%Y-%m-%d})"
