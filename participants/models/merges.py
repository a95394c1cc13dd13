"""People who were registered twice: what was merged, so that it can be undone, and who are two after all."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import BaseModel
from participants.models.people import Participant
from participants.querysets import MergeQuerySet


class Merge(BaseModel):
    """That `other` turned out to be `kept`. `moved` are the changes that were made, with what was there before.

    `ended` are the enrolments that one person can't have beside another, with the status that they had; `role` is the
    login of `other` that no longer opens her region, if she had one of her own.
    """

    kept = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="merges")
    other = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="merges_away")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    moved = models.JSONField(default=list)
    ended = models.JSONField(default=list)
    role = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    undone = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["other"], condition=Q(undone=None), name="merged_away_once"),
            models.CheckConstraint(condition=~Q(kept=F("other")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.other} → {self.kept}"


class DifferentPeople(BaseModel):
    """That two people are two, however much alike they look: they are not shown as possible duplicates again."""

    one = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            # In the order of their keys, so that a pair has one row.
            models.UniqueConstraint(fields=["one", "other"], name="different_people_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="different_people_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one} ≠ {self.other}"
