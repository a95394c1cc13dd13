"""Scope, checked once more inside the transaction that writes."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from sessions.exceptions import PlanningRefused


def require_coordinator(by: User, region_id: UUID) -> None:
    """Raise PlanningRefused unless `by` coordinates the region."""
    if region_id not in by.coordinated_region_ids:
        raise PlanningRefused(_("You are not a coordinator of this region."))


def require_same_region(region_id: UUID, *others: UUID | None) -> None:
    """Raise PlanningRefused if a venue, lecturer or municipality belongs to another region."""
    if any(other != region_id for other in others):
        raise PlanningRefused(_("That belongs to another region."))
