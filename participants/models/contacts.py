"""Whom the region turns to in each municipality."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import BaseModel
from participants.querysets import ContactQuerySet
from regions.models import Municipality


class Contact(BaseModel):
    """One of a municipality's managers, whom the region turns to. Once per intake she is asked whether it is still she.

    `confirmed` is when that was last said, by her or a colleague, since she was `chosen`; `left`, when she said that
    she has ceased to be. One whose role as manager has ended is no contact any more, whatever stands here.
    """

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="contact")
    user = models.ForeignKey(User, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="+")
    chosen = models.DateTimeField()
    chosen_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    left = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["municipality__name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed__isnull=True) | models.Q(confirmed__gte=models.F("chosen")),
                name="contact_confirmed_since_chosen",
            ),
            models.CheckConstraint(
                condition=models.Q(left__isnull=True) | models.Q(left__gte=models.F("chosen")),
                name="contact_left_since_chosen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.user}"
