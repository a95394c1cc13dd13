"""The append-only event log: who did what to which record, before, after and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.querysets import AuditEventQuerySet
from common.models import BaseModel


class AuditEvent(BaseModel):
    """One change. Written in the same transaction as the change itself; PostgreSQL refuses to alter or delete it."""

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(_("what"), max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.UUIDField()
    scope = models.UUIDField(null=True, help_text=_("The region, where there is one."))
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "at"]),
            models.Index(fields=["scope", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
