from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from sessions.models import Attendance


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def valid(self) -> Self:
        """Marks that count: not voided."""
        return self.filter(voided=None)
