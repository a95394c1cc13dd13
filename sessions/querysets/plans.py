from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User
    from sessions.models import MessagePlan, PlanStep


def _coordinated_by(user: User, path: str = "") -> Q:
    regions = user.coordinated_region_ids
    return (
        Q(**{f"{path}region__in": regions})
        | Q(**{f"{path}programme__region__in": regions})
        | Q(**{f"{path}cohort__programme__region__in": regions})
    )


class MessagePlanQuerySet(models.QuerySet["MessagePlan"]):
    def visible_to(self, user: User) -> Self:
        """Those of the regions she coordinates, and of their programmes and cohorts."""
        return self.filter(_coordinated_by(user))

    def with_owners(self) -> Self:
        """Load whose plans they are."""
        return self.select_related("region", "programme__region", "cohort__programme__region")


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def visible_to(self, user: User) -> Self:
        """Steps of the plans that she sees."""
        return self.filter(_coordinated_by(user, "plan__"))
