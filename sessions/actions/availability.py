"""The days on which a lecturer can't teach."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.locking import lock
from sessions.exceptions import PlanningRefused
from sessions.models import Lecturer, Unavailability


@transaction.atomic
def note_unavailable(*, lecturer: Lecturer, first: date, last: date, by: User, now: datetime) -> Unavailability:
    """Note that she can't teach from `first` to `last`, both included; sessions that she teaches then stay.

    Noting the same days again changes nothing. Raises PlanningRefused unless `by` is herself or coordinates her region.
    """
    lecturer = lock(lecturer)
    _require_her_or_coordinator(by, lecturer)
    days, added = Unavailability.objects.get_or_create(lecturer=lecturer, first=first, last=last)
    if added:
        record("unavailability.added", days, by=by, now=now, scope=lecturer.region_id, after=_recorded(days))
    return days


@transaction.atomic
def forget_unavailable(*, days: Unavailability, by: User, now: datetime) -> None:
    """Let her be planned on the days again. Raises PlanningRefused as note_unavailable does."""
    lecturer = lock(days.lecturer)
    days = lock(days)
    _require_her_or_coordinator(by, lecturer)
    record("unavailability.removed", days, by=by, now=now, scope=lecturer.region_id, before=_recorded(days))
    days.delete()


def _require_her_or_coordinator(by: User, lecturer: Lecturer) -> None:
    if not Lecturer.objects.visible_to(by).filter(pk=lecturer.pk).exists():
        raise PlanningRefused(_("You may not say when this lecturer can teach."))


def _recorded(days: Unavailability) -> dict[str, str]:
    return {"lecturer": str(days.lecturer_id), "first": days.first.isoformat(), "last": days.last.isoformat()}
