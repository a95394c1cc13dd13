"""A cohort's enrolments and waiting list, for its coordinator."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from common.pages import paginated
from participants import actions
from participants.assessment import municipalities_for
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.forms.cohort import EnrolmentFilter
from participants.models import Enrolment
from participants.querysets import EnrolmentQuerySet
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
    seats = seats_of(shown, today=timezone.localdate())
    counts = enrolments.status_counts()
    found = _filtered(enrolments, form).with_people().in_order_of_name()
    context = {
        "cohort": shown,
        "form": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "page": paginated(found, request),
        "counts": [(label, counts[status]) for status, label in EnrolmentStatus.choices if status in counts],
        "seats": seats,
        "seats_taken": sum(seats.taken.values()),
        "seat_rows": _seat_rows(seats, list(municipalities.values())),
        "waiting": _waiting_list(seats, enrolments),
    }
    return render(request, "participants/cohort.html", context)


@requires(Permission.PLAN)
@require_POST
def give_seat(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Give someone who waits a seat."""
    enrolment = get_object_or_404(Enrolment.objects.visible_to(request.user).with_people(), pk=pk)
    try:
        actions.give_seat(enrolment=enrolment, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("%(name)s has got a seat.") % {"name": enrolment.participant})
    return redirect("participants:cohort", enrolment.cohort_id)


def _filtered(enrolments: EnrolmentQuerySet, form: EnrolmentFilter) -> EnrolmentQuerySet:
    """Those that the filters leave; a filter that makes no sense is left out."""
    form.is_valid()
    chosen = form.cleaned_data
    if chosen.get("q"):
        enrolments = enrolments.search(chosen["q"])
    if chosen.get("status"):
        enrolments = enrolments.filter(status=chosen["status"])
    if chosen.get("municipality"):
        enrolments = enrolments.filter(municipality=chosen["municipality"])
    return enrolments


def _waiting_list(seats: Seats, enrolments: EnrolmentQuerySet) -> list[tuple[Enrolment, int]]:
    """Those who wait, in turn, with the seats that their municipality can have."""
    people = enrolments.waiting().with_people().in_bulk()
    in_turn = [people[waiting.enrolment] for waiting in seats.waiting if waiting.enrolment in people]
    return [(enrolment, seats.available_to(enrolment.municipality_id)) for enrolment in in_turn]


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
