"""Sessions of cohorts, where they are held and by whom, and who attended them."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort, Module
from common.clock import local_date
from common.models import BaseModel
from participants.models import Participant
from regions.models import Region
from sessions.choices import Mark, SessionStatus
from sessions.querysets import AttendanceQuerySet, CohortSessionQuerySet, LecturerQuerySet, VenueQuerySet


class Venue(BaseModel):
    """A place where sessions are held."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=200)
    town = models.CharField(_("town"), max_length=60)
    map_url = models.URLField(_("map link"), blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    access_notes = models.TextField(_("accessibility of the venue"), blank=True)

    objects = VenueQuerySet.as_manager()

    class Meta:
        ordering = ["town", "name"]
        constraints = [models.UniqueConstraint(fields=["region", "name", "town"], name="venue_once_in_region")]

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"


class Lecturer(BaseModel):
    """Someone who teaches in a region's sessions.

    She sees them and marks attendance when she logs in with this address and has the role of lecturer in the
    region. Nothing links the two rows: an invitation may be accepted before or after she is put into the register.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="lecturers")
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"))
    organisation = models.CharField(_("organisation"), max_length=100, blank=True)

    objects = LecturerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "email"], name="lecturer_email_once_in_region"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="lecturer_email_in_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name


class CohortSession(BaseModel):
    """One meeting of a cohort about one module.

    `revision` rises when it is moved, changed in place or cancelled: reminders and calendars follow it. `version`
    rises with every change: two people who edit at once can't overwrite each other unseen.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="sessions")
    module = models.ForeignKey(Module, verbose_name=_("module"), on_delete=models.PROTECT, related_name="sessions")
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    venue = models.ForeignKey(
        Venue, verbose_name=_("venue"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    online_url = models.URLField(_("online link"), blank=True)
    lecturers = models.ManyToManyField(Lecturer, verbose_name=_("lecturers"), blank=True, related_name="sessions")
    status = models.CharField(_("status"), max_length=10, choices=SessionStatus, default=SessionStatus.PLANNED)
    revision = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    objects = CohortSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "id"]
        indexes = [models.Index(fields=["starts"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="session_ends_after_start"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="session_revision_counts_from_one"),
            models.CheckConstraint(condition=Q(version__gte=1), name="session_version_counts_from_one"),
            models.CheckConstraint(condition=Q(status__in=SessionStatus.values), name="session_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} – {self.module}"

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return local_date(self.starts)

    @property
    def is_cancelled(self) -> bool:
        return self.status == SessionStatus.CANCELLED

    @property
    def has_place(self) -> bool:
        """Whether people know where to go: to a venue, or to a link."""
        return bool(self.venue_id or self.online_url)


class Attendance(BaseModel):
    """Whether a person attended a session. It belongs to her and follows her to another cohort or employer."""

    session = models.ForeignKey(CohortSession, on_delete=models.PROTECT, related_name="attendances")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="attendances")
    mark = models.CharField(_("mark"), max_length=10, choices=Mark)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("Minutes present, if only partly.")
    )
    marked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    marked = models.DateTimeField()
    voided = models.DateTimeField(null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["session", "participant"]
        constraints = [
            models.UniqueConstraint(fields=["session", "participant"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(mark=Mark.PARTIAL, minutes__gte=1),
                name="attendance_minutes_only_if_partial",
            ),
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="attendance_mark_known"),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_mark_display()}"
