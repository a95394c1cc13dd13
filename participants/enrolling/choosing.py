"""The cohorts that somebody may choose among, with what is left of their seats."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from cohorts.models import Cohort
from participants.rules.seats import Seats
from participants.seating import seats_of_each
from regions.models import Municipality


@dataclass(frozen=True)
class SeatsOfMine:
    """What is left for one municipality: its own seats, and all that it can have."""

    municipality: Municipality
    own: int
    available: int


@dataclass(frozen=True)
class Choice:
    """A cohort as its card shows it. `seats` are those left when everyone who waits has got theirs.

    `is_over`: the last day of application has passed, so that only a coordinator can enrol.
    """

    cohort: Cohort
    seats: Seats
    waiting: int
    mine: Sequence[SeatsOfMine]
    may_enrol: bool
    is_coming: bool
    is_over: bool

    @property
    def sessions(self) -> list[Any]:
        """The cohort's sessions in the order of their dates."""
        return list(self.cohort.sessions.all())

    @property
    def last(self) -> Any:
        """Its last session; only where there are sessions."""
        return self.sessions[-1]


def choices_for(user: User, *, now: datetime, places: Iterable[Municipality] | None = None) -> list[Choice]:
    """What `user` may choose or look forward to, the first to close first.

    With the seats for `places`, or else for those that she manages; only cohorts of their regions, if `places` are
    given. A number of queries that doesn't grow with the cohorts.
    """
    today = timezone.localdate(now)
    cohorts = Cohort.objects.visible_to(user).to_enrol_in(user, now=now)
    if places is None:
        places = Municipality.objects.visible_to(user).filter(pk__in=user.managed_municipality_ids)
    else:
        places = list(places)
        cohorts = cohorts.filter(programme__region__in={place.region_id for place in places})
    listed = list(
        cohorts.select_related("programme__region")
        .prefetch_related("sessions")
        .order_by("applications_close", "name", "pk")
    )
    seats = seats_of_each(listed, today=today)
    mine = list(places)
    return [_choice(cohort, seats[cohort.pk], mine, user.coordinated_region_ids, today) for cohort in listed]


def _choice(
    cohort: Cohort, seats: Seats, municipalities: Sequence[Municipality], coordinated: set[UUID], today: date
) -> Choice:
    left = seats.after_the_waiting_list()
    return Choice(
        cohort=cohort,
        seats=left,
        waiting=len(seats.waiting),
        mine=[
            SeatsOfMine(place, own=left.own_free(place.pk), available=left.available_to(place.pk))
            for place in municipalities
            if place.region_id == cohort.region.pk
        ],
        may_enrol=cohort.is_open_for_application(today) or cohort.region.pk in coordinated,
        is_coming=today < cohort.applications_open,
        is_over=today > cohort.applications_close,
    )
