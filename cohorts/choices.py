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


class Fact(models.TextChoices):
    """What a programme can ask about those who are enrolled."""

    DEGREE = "degree", pgettext_lazy("eligibility", "Degree in social work")
    GRADUATED = "graduated", pgettext_lazy("eligibility", "Time since the degree")
    EMPLOYED = "employed", pgettext_lazy("eligibility", "Time in the employment")
    PRIOR_COURSE = "prior_course", pgettext_lazy("eligibility", "Earlier course")


class Effect(models.TextChoices):
    """What follows when an answer doesn't meet the rule."""

    ASK = "ask", pgettext_lazy("eligibility", "Only ask")
    WARNING = "warning", pgettext_lazy("eligibility", "Warn")
    STOP = "stop", pgettext_lazy("eligibility", "Stop")
