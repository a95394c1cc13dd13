"""What people need at table and in the room, apart from everything else that is known about them."""

from django.db import models
from django.db.models import Q

from common.models import BaseModel
from participants.choices import NEEDS
from participants.models.enrolments import Enrolment
from participants.querysets import NeedQuerySet


class Need(BaseModel):
    """One thing that somebody needs while she takes part in a cohort.

    It belongs to the enrolment, since it is needed and purged with it. Only she herself reads it; others get totals.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="needs")
    kind = models.CharField(max_length=20, choices=NEEDS)

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["enrolment", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "kind"], name="need_once_in_enrolment"),
            models.CheckConstraint(condition=Q(kind__in=[value for value, _label in NEEDS]), name="need_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
