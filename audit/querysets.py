from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from audit.models import AuditEvent


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, target: models.Model) -> Self:
        """Events about one record, newest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk).select_related("actor")
