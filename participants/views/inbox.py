"""Applications that wait for a coordinator's answer, and those that got no."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from common.pages import FEW_ROWS, paginated
from participants import actions
from participants.choices import EnrolmentStatus
from participants.details import facts_in_words
from participants.exceptions import EnrolmentRefused
from participants.forms.approval import InboxFilter
from participants.models import Enrolment
from participants.querysets import EnrolmentQuerySet
from participants.rules.seats import Seats
from participants.seating import seats_of_each
from regions.models import Municipality


@dataclass(frozen=True)
class Application:
    """One row of the inbox, with the seats of its cohort."""

    enrolment: Enrolment
    seats: Seats

    @property
    def facts(self) -> dict[str, str]:
        """What the employer has stated."""
        return facts_in_words(self.enrolment)

    @property
    def own_seats(self) -> int:
        """Seats that are left of those kept for her municipality."""
        return self.seats.own_free(self.enrolment.municipality_id)


@dataclass(frozen=True)
class Pile:
    """The applications for one cohort, and its seats."""

    cohort: Cohort
    number: int
    seats: Seats


@requires(Permission.SEE_REGION)
@require_safe
def inbox(request: AuthenticatedRequest) -> HttpResponse:
    """All applications in the region, the oldest first."""
    return _inbox(request)


@requires(Permission.SEE_REGION)
@require_safe
def cohort_inbox(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Those for one cohort."""
    cohorts = Cohort.objects.visible_to(request.user).coordinated_by(request.user)
    return _inbox(request, get_object_or_404(cohorts.select_related("programme__region"), pk=pk))


@requires(Permission.PLAN)
@require_POST
def reopen(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Let a rejected application wait for an answer again."""
    enrolment = get_object_or_404(applications_of(request.user).with_people(), pk=pk)
    try:
        actions.reopen(enrolment=enrolment, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("%(name)s waits for approval again.") % {"name": enrolment.participant})
    return redirect("participants:enrolment", pk)


def _inbox(request: AuthenticatedRequest, cohort: Cohort | None = None) -> HttpResponse:
    """`?show=rejected` lists the rejected instead, `?choose=page` ticks everyone on the page.

    Above the applications stand the cohorts of those on the page.
    """
    shows_rejected = request.GET.get("show") == "rejected"
    everything = applications_of(request.user)
    if cohort:
        everything = everything.filter(cohort=cohort)
    counts = everything.status_counts()
    listed = everything.filter(status=EnrolmentStatus.REJECTED if shows_rejected else EnrolmentStatus.APPLIED)
    cohorts = [cohort] if cohort else list(_cohorts_of(request.user, listed))
    places = Municipality.objects.visible_to(request.user).filter(pk__in=listed.order_by().values("municipality"))
    form = InboxFilter(
        request.GET, cohorts=() if cohort else cohorts, municipalities={place.pk: place for place in places}
    )
    found = _filtered(listed, form)
    page = paginated(found.with_people().order_by("-applied" if shows_rejected else "applied", "pk"), request, FEW_ROWS)
    applied_for = {enrolment.cohort_id: enrolment.cohort for enrolment in page}
    seats = seats_of_each(applied_for.values(), today=timezone.localdate())
    context = {
        "cohort": cohort,
        "form": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "page": page,
        "applications": [Application(enrolment, seats[enrolment.cohort_id]) for enrolment in page],
        "piles": _piles(found, applied_for.values(), seats),
        "shows_rejected": shows_rejected,
        "chooses_all": request.GET.get("choose") == "page",
        "number_open": counts.get(EnrolmentStatus.APPLIED, 0),
        "number_rejected": counts.get(EnrolmentStatus.REJECTED, 0),
    }
    return render(request, "participants/inbox.html", context)


def _cohorts_of(user: User, listed: EnrolmentQuerySet) -> QuerySet[Cohort]:
    """The cohorts for which people in `listed` have applied."""
    cohorts = Cohort.objects.visible_to(user).filter(pk__in=listed.order_by().values("cohort"))
    return cohorts.select_related("programme__region")


def applications_of(user: User) -> EnrolmentQuerySet:
    """Enrolments of every status in the regions that `user` coordinates."""
    return Enrolment.objects.visible_to(user).coordinated_by(user)


def _filtered(enrolments: EnrolmentQuerySet, form: InboxFilter) -> EnrolmentQuerySet:
    """Those that the filters leave; a filter that makes no sense is left out."""
    form.is_valid()
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    return enrolments.filter(**chosen)


def _piles(found: EnrolmentQuerySet, cohorts: Iterable[Cohort], seats: dict[UUID, Seats]) -> list[Pile]:
    numbers = found.counts_by_cohort()
    return [Pile(cohort, numbers[cohort.pk], seats[cohort.pk]) for cohort in cohorts if cohort.pk in numbers]
