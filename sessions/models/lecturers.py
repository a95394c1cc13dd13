"""Who teaches, on which days she can't, and what she has been asked."""

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import BaseModel
from regions.models import Region
from sessions.choices import RequestStatus
from sessions.querysets import LecturerQuerySet, TeachingRequestQuerySet, UnavailabilityQuerySet
from sessions.rules.asking import QuestionState, state_of


class Lecturer(BaseModel):
    """Someone who teaches in a region's sessions.

    She sees them and marks attendance when she logs in with this address and has the role of lecturer in the
    region. Nothing links the two rows: an invitation may be accepted before or after she is put into the register.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="lecturers")
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"))
    organisation = models.CharField(_("organisation"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, default="", db_default="")
    archived = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = LecturerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "email"], name="lecturer_email_once_in_region"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="lecturer_email_in_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """What a mail calls her."""
        return self.name.split()[0]

    def is_address_of(self, user: User) -> bool:
        """Whether it is `user` who is in the register."""
        return user.email.lower() == self.email


class Unavailability(BaseModel):
    """Days on which a lecturer can't teach, both included. Why is her own affair: no reason is kept."""

    lecturer = models.ForeignKey(Lecturer, on_delete=models.CASCADE, related_name="unavailabilities")
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))

    objects = UnavailabilityQuerySet.as_manager()

    class Meta:
        ordering = ["first", "last", "id"]
        verbose_name_plural = "unavailabilities"
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="unavailability_in_order"),
            models.UniqueConstraint(fields=["lecturer", "first", "last"], name="unavailability_once"),
        ]

    def __str__(self) -> str:
        return f"{self.lecturer}: {self.first} – {self.last}"


class TeachingRequest(BaseModel):
    """A question to a lecturer: will she teach this session? She answers by a link, of which only a hash is kept.

    `revision` is the session's when she was asked, and once she has answered the one that she saw then. That the
    session has begun, moved or been cancelled meanwhile is derived, not stored: see rules.asking.
    """

    session = models.ForeignKey(
        "course_sessions.CohortSession", on_delete=models.CASCADE, related_name="teaching_requests"
    )
    lecturer = models.ForeignKey(Lecturer, on_delete=models.CASCADE, related_name="teaching_requests")
    sentence = models.CharField(_("a sentence to the lecturer"), max_length=300, blank=True)
    revision = models.PositiveIntegerField()
    status = models.CharField(_("status"), max_length=10, choices=RequestStatus, default=RequestStatus.OPEN)
    asked = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    answered = models.DateTimeField(null=True, blank=True)
    nonce = models.UUIDField(default=uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)

    objects = TeachingRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "lecturer"], condition=Q(status=RequestStatus.OPEN), name="lecturer_asked_once"
            ),
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="request_status_known"),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.OPEN, answered=None)
                | (~Q(status=RequestStatus.OPEN) & Q(answered__isnull=False)),
                name="request_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lecturer}: {self.session}"

    def state(self, *, now: datetime) -> QuestionState:
        """Where it stands at `now`; its session should be loaded."""
        return state_of(
            RequestStatus(self.status),
            cancelled=self.session.is_cancelled,
            begun=self.session.starts <= now,
            moved=self.session.revision != self.revision,
        )
