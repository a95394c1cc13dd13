"""Parting with a programme: archived while cohorts follow it, deleted if none ever did."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from cohorts import rules
from cohorts.actions.editing import locked
from cohorts.exceptions import ProgrammeRefused
from cohorts.models import Programme


@transaction.atomic
def archive_programme(*, programme: Programme, by: User, now: datetime) -> Programme:
    """Offer the programme to new cohorts no more; those that exist go on.

    Raises ProgrammeRefused if `by` doesn't coordinate the region.
    """
    return _set_archived(programme, now, "programme.archived", by=by, now=now)


@transaction.atomic
def reopen_programme(*, programme: Programme, by: User, now: datetime) -> Programme:
    """Offer the programme to new cohorts again. Raises ProgrammeRefused if `by` doesn't coordinate the region."""
    return _set_archived(programme, None, "programme.reopened", by=by, now=now)


@transaction.atomic
def delete_programme(*, programme: Programme, by: User, now: datetime) -> None:
    """Delete the programme with all its versions; the log keeps its title.

    Raises ProgrammeRefused if `by` doesn't coordinate the region, or if there are cohorts of it.
    """
    programme = locked(programme, by=by)
    if refusal := rules.refusal_to_delete(cohorts=programme.cohorts.count()):
        raise ProgrammeRefused(refusal)
    record(
        "programme.deleted",
        programme,
        by=by,
        now=now,
        scope=programme.region_id,
        before={"title": programme.title, "modules": programme.current_modules.count()},
    )
    programme.modules.exclude(origin=None).delete()  # they protect the modules that they came from
    programme.delete()


def _set_archived(programme: Programme, at: datetime | None, action: str, *, by: User, now: datetime) -> Programme:
    programme = locked(programme, by=by)
    if (programme.archived is None) == (at is None):
        return programme
    programme.archived = at
    programme.save(update_fields=["archived"])
    record(action, programme, by=by, now=now, scope=programme.region_id)
    return programme
