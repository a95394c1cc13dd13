"""What a list would do, confirming it, how far the worker is, and the result."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import paginated
from common.spreadsheets import download
from participants import actions
from participants.choices import Outcome
from participants.exceptions import EnrolmentRefused
from participants.importing import progress, workbooks
from participants.importing.plan import plan_of
from participants.models import Import
from participants.seating import seats_of
from participants.views.imports.loading import load_import, refused


@requires(Permission.ENROL)
@require_safe
def preview(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Every row with what would become of it; once confirmed, how far the worker is, and then the result.

    `?outcome=` shows the rows of one outcome. htmx asks for the worker's progress again and again.
    """
    shown = load_import(request, pk)
    if shown.confirmed or shown.is_under_way:
        return _under_way_or_done(request, shown)
    if not shown.rows:
        return redirect("participants:columns", shown.pk)
    return _preview(request, shown)


@requires(Permission.ENROL)
@require_POST
def confirm_import(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Let a worker enrol everyone whom the preview promised to enrol."""
    shown = load_import(request, pk)
    try:
        actions.confirm_import(
            upload=shown,
            seen=request.POST.get("seen", ""),
            accepts_warnings="accepts_warnings" in request.POST,
            by=request.user,
            now=timezone.now(),
        )
    except EnrolmentRefused as refusal:
        return _preview(request, shown, refusal=refusal.reason)
    return redirect("participants:preview", shown.pk)


@requires(Permission.ENROL)
@require_safe
def wrong_rows(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The rows to correct, with the reasons, as a spreadsheet."""
    shown = load_import(request, pk)
    try:
        plan = plan_of(shown, by=request.user, now=timezone.now())
    except EnrolmentRefused as refusal:
        return refused(request, refusal)
    return download(workbooks.wrong_rows(plan), _("to-correct.xlsx"))


def _under_way_or_done(request: AuthenticatedRequest, upload: Import) -> HttpResponse:
    context = {"upload": upload, "done": 0 if upload.confirmed else progress.told(upload.pk)}
    if request.htmx:
        return render(request, "participants/_import_progress.html", context)
    return render(request, "participants/import_result.html", context)


def _preview(request: AuthenticatedRequest, upload: Import, *, refusal: str = "") -> HttpResponse:
    now = timezone.now()
    try:
        plan = plan_of(upload, by=request.user, now=now)
    except EnrolmentRefused as refused_now:
        return refused(request, refused_now)
    outcome = request.GET.get("outcome", "")
    rows = [row for row in plan.rows if row.outcome == outcome] if outcome in Outcome.values else plan.rows
    seats = seats_of(upload.cohort, today=timezone.localdate(now)).after_the_waiting_list()
    context = {
        "upload": upload,
        "plan": plan,
        "refusal": refusal,
        "outcomes": [(choice, label, plan.counts[choice]) for choice, label in Outcome.choices],
        "outcome": outcome,
        "page": paginated(rows, request),
        "seats_left": seats.available_to(upload.municipality.pk) if upload.municipality else seats.free,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return render(request, "participants/preview.html", context, status=status)
