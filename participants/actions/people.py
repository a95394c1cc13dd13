"""Locking people: the last of what an action locks, after cohorts and enrolments."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from participants.exceptions import EnrolmentRefused
from participants.models import Participant


def lock_people(participants: Iterable[UUID]) -> dict[UUID, Participant]:
    """Return these people read afresh and locked, by their keys and in their order."""
    rows = Participant.objects.filter(pk__in=list(participants)).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(of=("self",)).select_related("user")}


def lock_found(people: Iterable[Participant]) -> None:
    """Lock people who were found to be enrolled, and those into whom they were merged.

    Raises EnrolmentRefused if one of them has been merged since, is a person of her own again, or has gone.
    """
    read = {person.pk: person.merged_into_id for person in people}
    read |= dict.fromkeys(filter(None, read.values()))
    if {pk: person.merged_into_id for pk, person in lock_people(read).items()} != read:
        raise EnrolmentRefused(_("Someone else is changing the same person right now. Try again."))
