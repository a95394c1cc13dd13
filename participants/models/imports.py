"""Lists of new hires, from their upload to their confirmation."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from common.models import BaseModel
from participants.querysets import ImportQuerySet
from regions.models import Municipality


class Import(BaseModel):
    """A list of new hires that was uploaded or pasted: read, mended, confirmed, carried out by a worker; then purged.

    `municipality` is empty if each row names its own. While it is open its owner may choose columns and mend rows. Once
    she has `requested` that it be carried out it is under way, until it is `confirmed` or open again with a `refusal`.
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
    sheet = models.JSONField(
        default=dict, db_default={}, blank=True, help_text=_("The lines of the file, as long as columns may be chosen.")
    )
    columns = models.JSONField(
        default=dict, db_default={}, blank=True, help_text=_("Where each column stands in the lines, counted from 0.")
    )
    fixed = models.JSONField(
        default=dict, db_default={}, blank=True, help_text=_("What holds for all rows, by column.")
    )
    rows = models.JSONField(help_text=_("What was read, row by row, in the order of the file, and how it was mended."))
    # What its owner has confirmed, and when.
    requested = models.DateTimeField(null=True, blank=True)
    seen = models.CharField(max_length=64, blank=True, default="", db_default="")
    accepts_warnings = models.BooleanField(default=False, db_default=False)
    people = models.PositiveIntegerField(default=0, db_default=0, help_text=_("How many are to be enrolled."))
    # How workers fared with it.
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    refusal = models.CharField(max_length=500, blank=True, default="", db_default="")
    confirmed = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed__isnull=True) | models.Q(requested__isnull=False),
                name="import_requested_before_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.created:%Y-%m-%d})"

    @property
    def name(self) -> str:
        """The name of the file; what was pasted has none."""
        return self.filename or gettext("Pasted rows")

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed, and confirmed."""
        return self.requested is None

    @property
    def is_under_way(self) -> bool:
        """Whether it was confirmed and waits for a worker, or a worker is at it."""
        return self.requested is not None and self.confirmed is None
