"""Subscriptions of calendars."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from common.models import BaseModel
from sessions.querysets import CalendarFeedQuerySet


class CalendarFeed(BaseModel):
    """An address that a calendar program reads without logging in: what its owner sees in one of her roles.

    Only the hash of the address's token is kept; a revoked one answers no more.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    nonce = models.UUIDField(default=uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    revoked = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], condition=Q(revoked=None), name="one_feed_of_a_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="feed_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
