from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CohortStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Difference(models.TextChoices):
    """How a module of one version differs from the same module in another."""

    ADDED = "added", pgettext_lazy("module", "New")
    REMOVED = "removed", pgettext_lazy("module", "Removed")
    MOVED = "moved", pgettext_lazy("module", "Moved")
    CHANGED = "changed", pgettext_lazy("module", "Changed")
