"""Who attended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import BaseModel
from participants.models import Participant
from sessions.choices import Mark
from sessions.models.meetings import CohortSession
from sessions.querysets import AttendanceQuerySet


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
