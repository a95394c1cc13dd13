"""Choosing the cohort to enrol in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from participants.rules.seats import Seats
from participants.seating import seats_of_each
from regions.models import Municipality


@dataclass(frozen=True)
class SeatsOfMine:
    """What is left for one of the user's municipalities: its own seats, and all that it can have."""

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


@requires(Permission.ENROL)
@require_safe
def choose(request: AuthenticatedRequest) -> HttpResponse:
    """Cohorts with their dates and the seats that are left for the user's municipalities."""
    now = timezone.now()
    choices = _choices(request.user, now)
    context = {
        "open": [choice for choice in choices if choice.may_enrol and not choice.is_over],
        "over": [choice for choice in choices if choice.is_over],
        "coming": [choice for choice in choices if not choice.may_enrol],
    }
    return render(request, "participants/choose.html", context)


def _choices(user: User, now: datetime) -> list[Choice]:
    """What the user may choose or look forward to."""
    today = timezone.localdate(now)
    cohorts = list(
        Cohort.objects.visible_to(user)
        .to_enrol_in(user, now=now)
        .select_related("programme__region")
        .prefetch_related("sessions")
        .order_by("applications_close", "name", "pk")
    )
    seats = seats_of_each(cohorts, today=today)
    municipalities = list(Municipality.objects.visible_to(user).filter(pk__in=user.managed_municipality_ids))
    return [_choice(cohort, seats[cohort.pk], municipalities, user.coordinated_region_ids, today) for cohort in cohorts]


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
