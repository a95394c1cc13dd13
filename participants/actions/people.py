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


def lock_found(participants: Iterable[UUID]) -> None:
    """Lock people who were found to be enrolled. Raises EnrolmentRefused if one has been merged into another since."""
    if any(participant.merged_into_id for participant in lock_people(participants).values()):
        raise EnrolmentRefused(_("Someone is merging this person with another right now. Try again."))
