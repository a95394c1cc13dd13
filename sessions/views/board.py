"""The board of all cohorts."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from common.pages import MANY_ROWS, paginated
from sessions.boards.board import panorama_of, rows_in
from sessions.boards.selection import cohorts_of
from sessions.models import CohortSession
from sessions.views.selecting import context_of, filter_of


@requires(Permission.SEE_REGION)
@require_safe
def board(request: AuthenticatedRequest) -> HttpResponse:
    """Cohorts × sessions, narrowed down by the address."""
    form, now = filter_of(request), timezone.now()
    wanted = form.wanted()
    found: Any = cohorts_of(request.user, wanted)
    if wanted.needs:  # only the sessions tell whether a cohort needs anything, so that all have to be looked at
        cohorts = list(found)
        panorama = panorama_of(cohorts, user=request.user, now=now)
        rows = [row for row in rows_in(panorama, cohorts, wanted=wanted, now=now) if row.is_wanted]
        page = paginated(rows, request, MANY_ROWS)
        rows = list(page.object_list)
    else:
        page = paginated(found, request, MANY_ROWS)
        cohorts = list(page.object_list)
        panorama = panorama_of(cohorts, user=request.user, now=now)
        rows = rows_in(panorama, cohorts, wanted=wanted, now=now)
    widest = max((len(row.slots) for row in rows), default=0)
    context = {
        "page": page,
        "rows": [(row, widest - len(row.slots)) for row in rows],
        "columns": range(1, widest + 1),
    }
    return render(request, "sessions/board.html", context | context_of(form, panorama, "board"))


@requires(Permission.SEE_REGION)
@require_safe
def of_module(request: AuthenticatedRequest, pk: UUID, page: str = "session") -> HttpResponse:
    """Lead to a `page` of the cohort's session about the module with a number, or to the cohort if it isn't one."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).coordinated_by(request.user), pk=pk)
    number = request.GET.get("module", "")
    module = {"module__number": number} if number.isdecimal() and len(number) < 4 else {"pk": None}
    sessions = list(CohortSession.objects.visible_to(request.user).filter(cohort=cohort, **module)[:2])
    if len(sessions) != 1:
        return redirect("sessions:cohort", pk=pk)
    return redirect(f"sessions:{page}", pk=sessions[0].pk)
