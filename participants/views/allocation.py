"""Sharing the seats of a cohort among municipalities: by hand, by inhabitants, or by what the last cohort used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from participants.actions.allocate import Allocation, allocate_seats
from participants.exceptions import SeatsChanged, SeatsRefused
from participants.forms.allocation import AllocationForm, Basis, ProposalForm
from participants.rules.allocation import by_last_use, by_population
from participants.seating import seats_of
from regions.models import Municipality


@dataclass(frozen=True)
class Share:
    """One municipality: its field, and what there is to go by. `used_last` is None without an earlier cohort."""

    municipality: Municipality
    field: BoundField
    taken: int
    kept: int
    used_last: int | None

    @property
    def beyond(self) -> int:
        """How many of those who have a seat take it from the common pool."""
        return max(0, self.taken - self.kept)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def allocation(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """`?by=` fills in a proposal. A POST adds up, and with `save` saves; who was second sees both versions (409)."""
    cohorts = Cohort.objects.visible_to(request.user).coordinated_by(request.user)
    found = get_object_or_404(cohorts.select_related("programme__region"), pk=pk)
    places = list(Municipality.objects.visible_to(request.user).filter(region=found.region))
    today = timezone.localdate()
    used = _used_last(found, request.user, today=today)
    stored = Allocation.of(found)
    proposal = ProposalForm(request.GET if "by" in request.GET else None, has_earlier=used is not None)
    initial = AllocationForm.initial_of(found, stored)
    if proposal.is_valid():
        initial |= _proposed(proposal, found, places, used or {})
    answers = request.POST if request.method == "POST" else None
    form = AllocationForm(answers, initial=initial, municipalities=places, cohort=found)
    status, differences = 200, None
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif "save" in request.POST:
        try:
            allocate_seats(
                cohort=found,
                allocation=form.allocation(),
                seen=form.cleaned_data["seen"],
                by=request.user,
                now=timezone.now(),
            )
        except SeatsChanged:
            stored = Allocation.of(get_object_or_404(cohorts, pk=pk))
            theirs = AllocationForm.initial_of(found, stored)
            status, differences = 409, list(form.differences(theirs))
            form = form.against(stored.fingerprint, municipalities=places, cohort=found)
            form.is_valid()
        except SeatsRefused as refused:
            form.add_error(None, refused.reason)
            status = 422
        else:
            messages.success(request, _("The seats are shared out."))
            return redirect("participants:cohort", pk)
    taken = seats_of(found, today=today).taken
    shares = [_share(form, place, taken, used) for place in places]
    kept = sum(share.kept for share in shares)
    context = {
        "cohort": found,
        "form": form,
        "proposal": proposal,
        "differences": differences,
        "shares": shares,
        "kept": kept,
        "common": found.capacity - kept,
        "too_many": kept - found.capacity,
    }
    return render(request, "participants/allocation.html", context, status=status)


def _used_last(cohort: Cohort, user: User, *, today: date) -> Mapping[UUID, int] | None:
    """How many seats each municipality has in the cohort of the programme before this one; None if it is the first."""
    earlier = (
        Cohort.objects.visible_to(user)
        .filter(programme=cohort.programme_id, applications_close__lt=cohort.applications_close)
        .exclude(status=CohortStatus.DRAFT)
        .order_by("-applications_close", "name", "pk")
        .first()
    )
    return seats_of(earlier, today=today).taken if earlier else None


def _proposed(
    proposal: ProposalForm, cohort: Cohort, places: Sequence[Municipality], used: Mapping[UUID, int]
) -> dict[str, int | None]:
    """What is proposed, under the names of the fields."""
    pool = proposal.cleaned_data["pool"] or 0
    if proposal.cleaned_data["by"] == Basis.LAST_USE:
        seats = by_last_use(
            capacity=cohort.capacity, pool=pool, used={place.pk: used.get(place.pk, 0) for place in places}
        )
    else:
        inhabitants = {place.pk: place.population or 0 for place in places}
        seats = by_population(capacity=cohort.capacity, pool=pool, inhabitants=inhabitants)
    return {AllocationForm.seats_name(place): seats[place.pk] or None for place in places}


def _share(
    form: AllocationForm, place: Municipality, taken: Mapping[UUID, int], used: Mapping[UUID, int] | None
) -> Share:
    name = form.seats_name(place)
    kept = form.cleaned_data.get(name) if form.is_bound else form.get_initial_for_field(form.fields[name], name)
    return Share(
        place,
        form[name],
        taken=taken.get(place.pk, 0),
        kept=kept or 0,
        used_last=None if used is None else used.get(place.pk, 0),
    )
