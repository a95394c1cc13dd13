"""Enrolments that have been begun."""

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort
from common.models import BaseModel
from participants.models.enrolments import Enrolment
from participants.querysets import EnrolmentDraftQuerySet


class EnrolmentDraft(BaseModel):
    """What somebody has typed about one person whom she wants to enrol; nobody else sees it.

    `data` holds the answers by the names of their fields, as they were typed: right or wrong, and nothing else. Once it
    is sent they are forgotten, and `enrolment` is what became of it. Purged a month after the last change.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="enrolment_drafts")
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    changed = models.DateTimeField()
    enrolment = models.ForeignKey(Enrolment, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    objects = EnrolmentDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-changed", "id"]

    def __str__(self) -> str:
        return f"{self.changed:%Y-%m-%d}"

    @property
    def name(self) -> str:
        """The name as far as it has been typed."""
        return " ".join(filter(None, (self.data.get("first_name"), self.data.get("last_name"))))

    @property
    def first_name(self) -> str:
        """What to call her while the rest is asked."""
        return str(self.data.get("first_name") or _("the new hire"))
