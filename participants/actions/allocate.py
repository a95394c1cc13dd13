"""Sharing the seats of a cohort among municipalities."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.actions.seats import set_seats
from cohorts.models import Cohort
from cohorts.rules import refusal_of_seats
from common.fingerprints import fingerprint
from participants.actions.seats import lock_seats
from participants.exceptions import SeatsChanged, SeatsRefused
from regions.models import Municipality


@dataclass(frozen=True)
class Allocation:
    """The seats kept for municipalities, and the local day from which unused ones go to the common pool."""

    seats: Mapping[Municipality, int]
    release_date: date | None = None

    @classmethod
    def of(cls, cohort: Cohort) -> Self:
        """As they are stored."""
        kept = cohort.seat_allocations.select_related("municipality")
        return cls({row.municipality: row.seats for row in kept}, cohort.release_date)

    def as_recorded(self) -> dict[str, object]:
        """What the log keeps."""
        seats = {municipality.code: seats for municipality, seats in self.seats.items() if seats}
        return {"seats": dict(sorted(seats.items())), "release_date": self.release_date}

    @property
    def fingerprint(self) -> str:
        """Tells whether they are what somebody saw."""
        return fingerprint(self.as_recorded())


@transaction.atomic
def allocate_seats(*, cohort: Cohort, allocation: Allocation, seen: str, by: User, now: datetime) -> Cohort:
    """Keep the seats that `allocation` says, and offer what becomes free to those who wait.

    Who has a seat keeps it. `seen` is the fingerprint of what `by` was looking at; saving what is already so changes
    nothing. For coordinators of the region. Raises SeatsRefused if it isn't hers, or if more seats are kept than there
    are, and SeatsChanged if someone else was first.
    """
    cohort = lock_seats(cohort, now=now).cohort
    region = cohort.region.pk
    if region not in by.coordinated_region_ids or any(place.region_id != region for place in allocation.seats):
        raise SeatsRefused(_("Only the region's coordinator shares out its seats, among its own municipalities."))
    before = Allocation.of(cohort)
    if before.fingerprint != seen:
        raise SeatsChanged(_("Someone else has shared out the seats since you opened the page."))
    if refusal := refusal_of_seats(capacity=cohort.capacity, allocated=sum(allocation.seats.values())):
        raise SeatsRefused(refusal)
    if before.fingerprint == allocation.fingerprint:
        return cohort
    cohort.release_date = allocation.release_date
    cohort.save(update_fields=["release_date"])
    set_seats(cohort, allocation.seats)
    record(
        "cohort.seats_allocated",
        cohort,
        by=by,
        now=now,
        scope=region,
        before=before.as_recorded(),
        after=allocation.as_recorded(),
    )
    # Read afresh: what is kept has changed since the cohort was locked.
    lock_seats(cohort, now=now).offer_what_is_free()
    return cohort
