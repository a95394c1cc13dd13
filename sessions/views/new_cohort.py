"""The first page of a new cohort, wholly new or after an earlier one. The second is in `propose_dates`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.models import Cohort, Module
from cohorts.querysets import CohortQuerySet
from regions.models import Municipality
from sessions.clashes.reading import registers_of
from sessions.forms.new_cohort import NewCohortForm
from sessions.planning.copying import earlier_cohort


@requires(Permission.PLAN)
@require_safe
def new_cohort(request: AuthenticatedRequest) -> HttpResponse:
    """The first page. Answers in the address fill it in, so that one can come back from the second."""
    return first_page(request, form_for(request.user, initial=request.GET.dict()))


@requires(Permission.PLAN)
@require_safe
def copy_cohort(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The first page with what an earlier cohort had; its dates are proposed anew."""
    earlier = earlier_cohort(get_object_or_404(_cohorts(request.user), pk=pk))
    initial = NewCohortForm.initial_after(earlier, today=timezone.localdate())
    return first_page(request, form_for(request.user, initial=initial))


def first_page(request: AuthenticatedRequest, form: NewCohortForm) -> HttpResponse:
    """Show the form, with its errors if it has any."""
    return render(request, "sessions/new_cohort.html", {"form": form}, status=422 if form.errors else 200)


def form_for(
    user: User, answers: QueryDict | None = None, *, initial: Mapping[str, Any] | None = None
) -> NewCohortForm:
    """The form with what `user` may choose among."""
    return NewCohortForm(
        answers,
        modules=Module.objects.visible_to(user).to_plan().select_related("programme__region"),
        cohorts=_cohorts(user),
        registers=registers_of(user.coordinated_region_ids, first=timezone.localdate()),
        municipalities=list(Municipality.objects.visible_to(user).filter(region__in=user.coordinated_region_ids)),
        today=timezone.localdate(),
        initial=initial,
    )


def _cohorts(user: User) -> CohortQuerySet:
    return Cohort.objects.visible_to(user).coordinated_by(user).select_related("programme__region")
