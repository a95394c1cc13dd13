"""Sessions of cohorts, what has been changed about them, and the days that a region keeps free."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort, Module
from common.clock import local_date
from common.models import BaseModel
from regions.models import Region
from sessions.choices import SessionStatus
from sessions.models.lecturers import Lecturer
from sessions.models.venues import Venue
from sessions.querysets import BlockedPeriodQuerySet, ChangeQuerySet, CohortSessionQuerySet
from sessions.rules.telling import Standing


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
    information = models.TextField(
        _("practical information"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Shown to those who take part: the day's programme, lunch, parking. No personal data."),
    )
    status = models.CharField(_("status"), max_length=10, choices=SessionStatus, default=SessionStatus.PLANNED)
    revision = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    expected: int  # annotated by CohortSessionQuerySet.with_register_counts

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
    def standing(self) -> Standing:
        """When, where and whether it is held, as it is now."""
        return Standing.of(self)

    @property
    def has_place(self) -> bool:
        """Whether people know where to go: to a venue, or to a link."""
        return bool(self.venue_id or self.online_url)

    @property
    def place(self) -> str:
        """Where to go, in a few words: the venue, or else that it is held online. Empty as long as nobody knows."""
        return str(self.venue or (self.online_url and _("Online session")))

    @property
    def evaluation_url(self) -> str:
        """The survey that those who were present are asked to answer: the module's, the cohort's or the programme's."""
        cohort = self.cohort
        return self.module.evaluation_url or cohort.evaluation_url or cohort.programme.evaluation_url

    @property
    def place_in_full(self) -> str:
        """The same with the venue's address."""
        return self.venue.in_full if self.venue else self.place


class Change(BaseModel):
    """One decision about one or several sessions: moved, held elsewhere, taught by others, cancelled or taken back.

    `sentence` is the coordinator's own, to those who are told. What became of each session is in its revisions and
    lecturer changes.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sentence = models.CharField(_("a sentence to those concerned"), max_length=300, blank=True)
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class SessionRevision(BaseModel):
    """When, where and whether a session was to be held, from one change to the next. Append-only.

    Number 1 is written with the first change, from what was planned; it has no `change`.
    """

    session = models.ForeignKey(CohortSession, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    change = models.ForeignKey(Change, null=True, blank=True, on_delete=models.PROTECT, related_name="revisions")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    venue = models.ForeignKey(Venue, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    online_url = models.URLField(blank=True)
    status = models.CharField(max_length=10, choices=SessionStatus)

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="session_revision_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="session_revision_ends_after_start"),
            models.CheckConstraint(condition=Q(status__in=SessionStatus.values), name="session_revision_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.session} r{self.number}"

    @property
    def standing(self) -> Standing:
        return Standing.of(self)


class LecturerChange(BaseModel):
    """That a change put a lecturer on a session, which then was at `revision`, or took her off it. Append-only.

    By itself it raises none: those who come need not know. It is taken back with the change.
    """

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="lecturer_changes")
    revision = models.ForeignKey(SessionRevision, on_delete=models.CASCADE, related_name="lecturer_changes")
    lecturer = models.ForeignKey(Lecturer, on_delete=models.PROTECT, related_name="changes")
    joins = models.BooleanField()

    class Meta:
        ordering = ["created", "id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "revision", "lecturer"], name="lecturer_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {'+' if self.joins else '−'} {self.lecturer}"


class BlockedPeriod(BaseModel):
    """Days that a region keeps free of sessions, both included: a conference, a planning week."""

    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.CASCADE, related_name="blocked_periods"
    )
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=100)

    objects = BlockedPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["first", "last", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="blocked_period_in_order"),
            models.UniqueConstraint(fields=["region", "first", "last", "reason"], name="blocked_period_once"),
        ]

    def __str__(self) -> str:
        return self.reason
