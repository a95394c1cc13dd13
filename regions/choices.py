from django.db import models
from django.utils.translation import pgettext_lazy


class WaitingListOrder(models.TextChoices):
    """Who is next when a seat is free."""

    QUOTA = "quota", pgettext_lazy("waiting list", "Municipalities that have not used their seats first")
    APPLIED = "applied", pgettext_lazy("waiting list", "By the time of the application only")
