"""The registers of venues and lecturers."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.forms import model_to_dict

from accounts.models import User
from audit.actions import record
from sessions.actions.scope import require_coordinator
from sessions.models import Lecturer, Venue

Entry = TypeVar("Entry", Venue, Lecturer)


@transaction.atomic
def save_venue(*, venue: Venue, by: User, now: datetime) -> Venue:
    """Add or change a venue. Raises PlanningRefused if `by` doesn't coordinate its region."""
    return _save(venue, "venue", by=by, now=now)


@transaction.atomic
def save_lecturer(*, lecturer: Lecturer, by: User, now: datetime) -> Lecturer:
    """Add or change a lecturer; her address is kept in lower case, which is how her log-in is recognised.

    Raises PlanningRefused if `by` doesn't coordinate her region.
    """
    lecturer.email = lecturer.email.lower()
    return _save(lecturer, "lecturer", by=by, now=now)


def _save(entry: Entry, name: str, *, by: User, now: datetime) -> Entry:
    require_coordinator(by, entry.region_id)
    stored = type(entry)._default_manager.select_for_update().filter(pk=entry.pk).first()
    before: dict[str, Any] = model_to_dict(stored) if stored else {}
    entry.save()
    record(
        f"{name}.changed" if stored else f"{name}.added",
        entry,
        by=by,
        now=now,
        scope=entry.region_id,
        before=before,
        after=model_to_dict(entry),
    )
    return entry
