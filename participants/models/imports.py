"""Lists of new hires, from their upload to their confirmation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from common.models import BaseModel
from participants.querysets import ImportQuerySet
from regions.models import Municipality


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
