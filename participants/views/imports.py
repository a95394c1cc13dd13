"""Enrolling many: upload a list, see what it would do, confirm."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import paginated
from common.spreadsheets import download
from participants import actions
from participants.assessment import check_cohort, municipalities_for
from participants.choices import Outcome
from participants.exceptions import EnrolmentRefused
from participants.forms.imports import ImportForm
from participants.importing import workbooks
from participants.importing.plan import plan_of
from participants.models import Import
from participants.seating import seats_of
from participants.views.person import load_cohort
from regions.models import Municipality


def load_import(request: AuthenticatedRequest, pk: UUID) -> Import:
    """The user's own upload; 404 for anyone else's."""
    uploads = Import.objects.visible_to(request.user)
    return get_object_or_404(uploads.select_related("cohort__programme__region", "municipality"), pk=pk)


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthenticatedRequest, cohort: UUID) -> HttpResponse:
    """The form for the file; on POST read it, and lead to its preview."""
    chosen = load_cohort(request, cohort)
    now = timezone.now()
    municipalities = municipalities_for(request.user, chosen)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, municipalities=municipalities)
    try:
        check_cohort(chosen, by=request.user, now=now)
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
        return redirect("participants:enrol")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            started = actions.start_import(
                cohort=chosen,
                municipality=form.chosen_municipality(),
                filename=file.name,
                content=file.read(),
                by=request.user,
                now=now,
            )
        except EnrolmentRefused as refused:
            form.add_error("file", refused.reason)
        else:
            return redirect("participants:preview", started.pk)
    context = {"cohort": chosen, "form": form}
    return render(request, "participants/import.html", context, status=422 if form.errors else 200)


@requires(Permission.ENROL)
@require_safe
def preview(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Every row with what would become of it; once confirmed, the result. `?outcome=` shows the rows of one outcome."""
    shown = load_import(request, pk)
    if shown.confirmed:
        return render(request, "participants/import_result.html", {"upload": shown})
    now = timezone.now()
    try:
        plan = plan_of(shown, by=request.user, now=now)
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
        return redirect("participants:enrol")
    outcome = request.GET.get("outcome", "")
    rows = [row for row in plan.rows if row.outcome == outcome] if outcome in Outcome.values else plan.rows
    seats = seats_of(shown.cohort, today=timezone.localdate(now)).after_the_waiting_list()
    context = {
        "upload": shown,
        "plan": plan,
        "outcomes": [(choice, label, plan.counts[choice]) for choice, label in Outcome.choices],
        "outcome": outcome,
        "page": paginated(rows, request),
        "seats_left": seats.available_to(shown.municipality.pk) if shown.municipality else seats.free,
    }
    return render(request, "participants/preview.html", context)


@requires(Permission.ENROL)
@require_POST
def confirm_import(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Enrol everyone whom the preview promised to enrol."""
    shown = load_import(request, pk)
    try:
        actions.confirm_import(upload=shown, seen=request.POST.get("seen", ""), by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    return redirect("participants:preview", shown.pk)


@requires(Permission.ENROL)
@require_safe
def wrong_rows(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The rows to correct, with the reasons, as a spreadsheet."""
    shown = load_import(request, pk)
    try:
        plan = plan_of(shown, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
        return redirect("participants:enrol")
    return download(workbooks.wrong_rows(plan), _("to-correct.xlsx"))


@requires(Permission.ENROL)
@require_safe
def template(request: AuthenticatedRequest) -> HttpResponse:
    """An empty list with the headings that the import knows; with municipalities for those who enrol for several."""
    several = Municipality.objects.visible_to(request.user).count() > 1
    content = workbooks.template(with_municipality=several, today=timezone.localdate())
    return download(content, _("new-hires.xlsx"))
