"""The list itself: as a file or pasted, and the template for it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from common.spreadsheets import download
from participants import actions
from participants.assessment import check_cohort, municipalities_for
from participants.exceptions import EnrolmentRefused
from participants.forms.imports import ImportForm
from participants.importing import workbooks
from participants.importing.headings import columns_for
from participants.models import Import
from participants.views.person import load_cohort
from regions.models import Municipality


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthenticatedRequest, cohort: UUID) -> HttpResponse:
    """The form for the list; on POST read it, and lead to its columns if they are in doubt, else to its preview."""
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
        filename, content = form.content()
        try:
            started = actions.start_import(
                cohort=chosen,
                municipality=form.chosen_municipality(),
                filename=filename,
                content=content,
                by=request.user,
                now=now,
            )
        except EnrolmentRefused as refused:
            form.add_error(form.source, refused.reason)
        else:
            return redirect("participants:preview" if started.rows else "participants:columns", started.pk)
    context = {
        "cohort": chosen,
        "form": form,
        "recent": Import.objects.visible_to(request.user).filter(cohort=chosen).recent()[:5],
    }
    return render(request, "participants/import.html", context, status=422 if form.errors else 200)


@requires(Permission.ENROL)
@require_safe
def template(request: AuthenticatedRequest) -> HttpResponse:
    """An empty list with the headings that the import knows; with municipalities for those who enrol for several.

    `?cohort=` adds the columns that its programme asks for.
    """
    several = Municipality.objects.visible_to(request.user).count() > 1
    facts = _facts_of(request, request.GET.get("cohort", ""))
    content = workbooks.template(columns_for(facts), with_municipality=several, today=timezone.localdate())
    return download(content, _("new-hires.xlsx"))


def _facts_of(request: AuthenticatedRequest, cohort: str) -> list[str]:
    """What the programme of that cohort asks for; nothing if there is no such cohort for her."""
    try:
        chosen = Cohort.objects.visible_to(request.user).filter(pk=UUID(cohort)).select_related("programme").first()
    except ValueError:
        return []
    return list(chosen.programme.eligibility_rules.values_list("fact", flat=True)) if chosen else []
