"""A cohort's enrolments and waiting list, for its coordinator."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from common.pages import paginated
from participants.assessment import municipalities_for
from participants.choices import EnrolmentStatus, EventKind
from participants.forms.cohort import EnrolmentFilter
from participants.models import Enrolment, Offer
from participants.offering import offers_stop
from participants.querysets import EnrolmentQuerySet, OfferQuerySet
from participants.rules.seats import Seats
from participants.seating import seats_of
from regions.models import Municipality


@dataclass(frozen=True)
class SeatRow:
    """The seats of one municipality."""

    municipality: Municipality
    allocated: int
    taken: int
    waiting: int
    available: int


@dataclass(frozen=True)
class WaitingRow:
    """Someone on the waiting list, and why she stands where she does (see `Waiting`).

    `is_next`: a seat is free for her.
    """

    enrolment: Enrolment
    own: bool
    passed_over: bool
    is_next: bool


@requires(Permission.SEE_REGION)
@require_safe
def cohort(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Everyone enrolled, with search and filters; the seats by municipality; the waiting list in its order."""
    shown = get_object_or_404(
        Cohort.objects.visible_to(request.user).coordinated_by(request.user).select_related("programme__region"), pk=pk
    )
    municipalities = municipalities_for(request.user, shown)
    enrolments = Enrolment.objects.visible_to(request.user).filter(cohort=shown)
    form = EnrolmentFilter(request.GET, municipalities=municipalities)
    now = timezone.now()
    seats = seats_of(shown, today=timezone.localdate(now))
    counts = enrolments.status_counts()
    offered = counts.get(EnrolmentStatus.OFFERED, 0)
    found = _filtered(enrolments, form).with_people().in_order_of_name()
    context = {
        "cohort": shown,
        "form": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "page": paginated(found, request),
        "shows_late": form.cleaned_data.get("status") == EventKind.WITHDRAWN_LATE,
        "counts": [(label, counts[status]) for status, label in EnrolmentStatus.choices if status in counts],
        "seats": seats,
        "offered": offered,
        "to_approve": counts.get(EnrolmentStatus.APPLIED, 0),
        "seat_rows": _seat_rows(seats, list(municipalities.values())),
        "waiting": _waiting_list(seats, enrolments),
        "offers": _offers(request, shown) if offered else (),
        "offers_stop": offers_stop(shown, now=now) if seats.waiting else None,
        "now": now,
    }
    return render(request, "participants/cohort.html", context)


def _filtered(enrolments: EnrolmentQuerySet, form: EnrolmentFilter) -> EnrolmentQuerySet:
    """Those that the filters leave; a filter that makes no sense is left out."""
    form.is_valid()
    chosen = form.cleaned_data
    if chosen.get("q"):
        enrolments = enrolments.search(chosen["q"])
    if chosen.get("status") == EventKind.WITHDRAWN_LATE:
        enrolments = enrolments.withdrawn_late()
    elif chosen.get("status"):
        enrolments = enrolments.filter(status=chosen["status"])
    if chosen.get("municipality"):
        enrolments = enrolments.filter(municipality=chosen["municipality"])
    return enrolments


def _offers(request: AuthenticatedRequest, cohort: Cohort) -> OfferQuerySet:
    """Those that wait for an answer, the most urgent first."""
    return Offer.objects.visible_to(request.user).open().filter(enrolment__cohort=cohort).with_people().by_deadline()


def _waiting_list(seats: Seats, enrolments: EnrolmentQuerySet) -> list[WaitingRow]:
    """Those who wait, in turn."""
    people = enrolments.waiting().with_people().in_bulk()
    next_in_turn = {waiting.enrolment for waiting in seats.next_in_turn()}
    return [
        WaitingRow(
            people[waiting.enrolment],
            own=waiting.own,
            passed_over=waiting.passed_over,
            is_next=waiting.enrolment in next_in_turn,
        )
        for waiting in seats.waiting
        if waiting.enrolment in people
    ]


def _seat_rows(seats: Seats, municipalities: Sequence[Municipality]) -> list[SeatRow]:
    """Municipalities that have seats, people or someone waiting, in the order of their names."""
    concerned = {*seats.allocated, *seats.taken, *(waiting.municipality for waiting in seats.waiting)}
    return [
        SeatRow(
            place,
            allocated=seats.allocated.get(place.pk, 0),
            taken=seats.taken.get(place.pk, 0),
            waiting=seats.waiting_from(place.pk),
            available=seats.available_to(place.pk),
        )
        for place in municipalities
        if place.pk in concerned
    ]
