"""The registers of venues and lecturers, and the days that a region keeps free."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.forms import model_to_dict
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.exceptions import Gone
from common.fingerprints import fingerprint
from common.locking import lock
from sessions.actions.scope import require_coordinator
from sessions.actions.teaching_requests import withdraw_locked
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.models import BlockedPeriod, CohortSession, Lecturer, TeachingRequest, Venue
from sessions.registers.bookings import is_used

Entry = TypeVar("Entry", Venue, Lecturer, BlockedPeriod)
Archivable = TypeVar("Archivable", Venue, Lecturer)


def seen_of(entry: Entry) -> str:
    """A word for what the form of `entry`, as it is stored, shows."""
    return fingerprint(model_to_dict(entry))


@transaction.atomic
def save_venue(*, venue: Venue, by: User, now: datetime, seen: str = "") -> Venue:
    """Add or change a venue. `seen`, of one that exists, is `seen_of` the one that `by` was looking at.

    Raises PlanningRefused if `by` doesn't coordinate its region or if somebody has just saved the same,
    ChangedMeanwhile if someone else was first, and Gone if it has been deleted.
    """
    return _save(venue, "venue", seen=seen, by=by, now=now)


@transaction.atomic
def save_lecturer(*, lecturer: Lecturer, by: User, now: datetime, seen: str = "") -> Lecturer:
    """Add or change a lecturer; her address is kept in lower case, which is how her log-in is recognised.

    With another address, questions that she hasn't answered are withdrawn: whoever reads mail at the old one has the
    links. Raises as save_venue does.
    """
    lecturer.email = lecturer.email.lower()
    if Lecturer.objects.filter(pk=lecturer.pk).exclude(email=lecturer.email).exists():
        _withdraw_open_questions(lecturer, by=by, now=now)
    return _save(lecturer, "lecturer", seen=seen, by=by, now=now)


@transaction.atomic
def block_days(*, period: BlockedPeriod, by: User, now: datetime) -> BlockedPeriod:
    """Keep days free of sessions; what is planned on them stays. Raises PlanningRefused as save_venue does."""
    return _save(period, "blocked_period", seen="", by=by, now=now)


@transaction.atomic
def unblock_days(*, period: BlockedPeriod, by: User, now: datetime) -> None:
    """Let sessions be planned on the days again. Raises PlanningRefused as save_venue does."""
    period = lock(period)
    require_coordinator(by, period.region_id)
    _delete(period, "blocked_period", by=by, now=now)


@transaction.atomic
def remove_venue(*, venue: Venue, by: User, now: datetime) -> bool:
    """Delete the venue if nothing was ever planned in it, else archive it; return whether it is archived.

    Raises PlanningRefused as save_venue does.
    """
    return _remove(venue, "venue", by=by, now=now)


@transaction.atomic
def remove_lecturer(*, lecturer: Lecturer, by: User, now: datetime) -> bool:
    """Delete the lecturer if she never taught or was asked, else archive her; return whether she is archived.

    Questions that she hasn't answered are withdrawn. Raises PlanningRefused as save_venue does.
    """
    require_coordinator(by, lecturer.region_id)
    _withdraw_open_questions(lecturer, by=by, now=now)
    return _remove(lecturer, "lecturer", by=by, now=now)


@transaction.atomic
def restore_entry(*, entry: Archivable, by: User, now: datetime) -> Archivable:
    """Offer an archived venue or lecturer again. Raises PlanningRefused as save_venue does."""
    entry = lock(entry)
    require_coordinator(by, entry.region_id)
    if entry.archived:
        _set_archived(entry, None, "restored", by=by, now=now)
    return entry


def _withdraw_open_questions(lecturer: Lecturer, *, by: User, now: datetime) -> None:
    waiting = TeachingRequest.objects.open().filter(lecturer=lecturer)
    # In the order of teaching_requests: the sessions first.
    list(CohortSession.objects.filter(pk__in=waiting.values("session")).order_by("pk").select_for_update())
    for request in waiting.order_by("pk").select_for_update(of=("self",)):
        withdraw_locked(request, by=by, now=now)


def _save(entry: Entry, name: str, *, seen: str, by: User, now: datetime) -> Entry:
    require_coordinator(by, entry.region_id)
    stored = type(entry)._default_manager.select_for_update().filter(pk=entry.pk).first()
    if stored is None and not entry._state.adding:
        raise Gone(_("It has been deleted meanwhile."))
    if stored and seen != seen_of(stored):
        raise ChangedMeanwhile(_("Someone else has changed the entry since you opened the page."))
    before: dict[str, Any] = model_to_dict(stored) if stored else {}
    try:
        with transaction.atomic():
            entry.save(update_fields=before or None)
    except IntegrityError as error:
        raise PlanningRefused(_("Someone else has just saved the same.")) from error
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


def _remove(entry: Archivable, name: str, *, by: User, now: datetime) -> bool:
    entry = lock(entry)
    require_coordinator(by, entry.region_id)
    used = is_used(entry)
    if not used:
        _delete(entry, name, by=by, now=now)
    elif not entry.archived:
        _set_archived(entry, now, "archived", by=by, now=now)
    return used


def _delete(entry: Entry, name: str, *, by: User, now: datetime) -> None:
    record(f"{name}.removed", entry, by=by, now=now, scope=entry.region_id, before=model_to_dict(entry))
    entry.delete()


def _set_archived(entry: Venue | Lecturer, archived: datetime | None, verb: str, *, by: User, now: datetime) -> None:
    entry.archived = archived
    entry.save(update_fields=["archived"])
    record(f"{entry._meta.model_name}.{verb}", entry, by=by, now=now, scope=entry.region_id)
