"""The board of all cohorts."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort, Programme
from sessions.board import rows_of, span_of_term, terms_of, with_term
from sessions.forms.board import BoardFilter

COHORTS_ON_A_PAGE = 50


@requires(Permission.SEE_REGION)
@require_safe
def board(request: AuthenticatedRequest) -> HttpResponse:
    """Cohorts × sessions, narrowed down by the address."""
    user = request.user
    cohorts = with_term(Cohort.objects.visible_to(user).coordinated_by(user)).select_related("programme__region")
    form = BoardFilter(
        request.GET,
        programmes=list(Programme.objects.visible_to(user).coordinated_by(user)),
        terms=list(terms_of([first for first in cohorts.values_list("first_session", flat=True) if first])),
    )
    form.is_valid()
    page = Paginator(cohorts.filter(**_conditions(form)), COHORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(list(page.object_list), user=user, now=timezone.now())
    widest = max((len(row.slots) for row in rows), default=0)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, widest - len(row.slots)) for row in rows],
        "columns": range(1, widest + 1),
        "filtered": any(form.cleaned_data.values()),
    }
    return render(request, "sessions/board.html", context)


def _conditions(form: BoardFilter) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    data = form.cleaned_data
    if data.get("q"):
        wanted["name__icontains"] = data["q"]
    if data.get("programme"):
        wanted["programme"] = UUID(data["programme"])
    if data.get("status"):
        wanted["status"] = data["status"]
    if data.get("term"):
        wanted["first_session__date__range"] = span_of_term(data["term"])
    return wanted
