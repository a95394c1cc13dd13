"""The second page of a new cohort: a table of proposed dates. All answers of the first are in its address."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.fingerprints import fingerprint
from sessions.actions import plan_cohort
from sessions.exceptions import PlanningRefused
from sessions.forms.new_cohort import NewCohortForm
from sessions.forms.planning import PlannedSessions, planned_sessions
from sessions.planning.copying import taken_over
from sessions.planning.planner import plan_of, wishes_for
from sessions.rules.rhythms import Listed
from sessions.views.new_cohort import first_page, form_for


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_dates(request: AuthenticatedRequest) -> HttpResponse:
    """Propose dates with reasons, to change and save: as a draft, or published at once."""
    form = form_for(request.user, request.GET)
    if not form.is_valid():
        return first_page(request, form)
    table = _table(request, form)
    publish = "publish" in request.POST
    is_ready = request.method == "POST" and table.is_valid()
    if is_ready and request.GET.get("modules") not in (None, _modules_seen(form)):
        changed = _("The programme has changed since you opened the page. See which module each date belongs to now.")
        table.non_form_errors().append(changed)
    elif is_ready:
        try:
            cohort = plan_cohort(
                programme=table.plan.programme,
                details=form.details(),
                sessions=table.planned(),
                publish=publish,
                by=request.user,
                now=timezone.now(),
            )
        except PlanningRefused as refused:
            table.non_form_errors().append(refused.reason)
        else:
            messages.success(request, _saved(published=publish))
            return redirect("sessions:cohort", pk=cohort.pk)
    taken, left = taken_over(form.earlier, form.modules) if form.earlier else ([], [])
    answers = _answers(request, form)
    context = {
        "form": form,
        "details": form.details(),
        "rhythm": form.rhythm_of_dates,
        "table": table,
        "plan": table.plan,
        "taken": taken,
        "left": left,
        "save": f"{request.path}?{answers}",
        "check": f"{reverse('sessions:check_dates')}?{answers}",
        "back": f"{reverse('sessions:new_cohort')}?{request.GET.urlencode()}",
    }
    return render(request, "sessions/propose_dates.html", context, status=422 if table.total_error_count() else 200)


@requires(Permission.PLAN)
@require_POST
def check_dates(request: AuthenticatedRequest) -> HttpResponse:
    """What is to be said of each row of the table as it stands, before it is saved: fragments for htmx."""
    form = form_for(request.user, request.GET)
    if not form.is_valid():
        return HttpResponse()
    table = _table(request, form)
    table.is_valid()
    return render(request, "sessions/_checked_dates.html", {"table": table})


def _table(request: AuthenticatedRequest, form: NewCohortForm) -> PlannedSessions:
    """The table that follows from the first page's valid answers, filled in with what has been sent of it."""
    answers, rhythm = form.cleaned_data, form.rhythm_of_dates
    wishes = wishes_for(
        form.modules,
        starts=answers["starts"],
        venue=answers["venue"],
        lecturer=answers["lecturer"],
        earlier=form.earlier,
    )
    plan = plan_of(
        answers["programme"],
        list(wishes),
        first=answers["first"],
        rhythm=rhythm,
        after=timezone.localdate(),
        avoid=answers["avoid"],
        registers=form.registers,
    )
    return planned_sessions(
        data=request.POST if request.method == "POST" else None,
        plan=plan,
        expected=answers["capacity"],
        avoid=answers["avoid"],
        kept=isinstance(rhythm, Listed) and rhythm.fixed,
    )


def _answers(request: AuthenticatedRequest, form: NewCohortForm) -> str:
    """The answers with what the page shows: the name, which is taken if it is saved twice, and the modules."""
    answers = request.GET.copy()
    answers["name"] = form.cleaned_data["name"]
    answers["modules"] = _modules_seen(form)
    return answers.urlencode()


def _modules_seen(form: NewCohortForm) -> str:
    """A short word for the modules that the table's rows stand for, in order."""
    return fingerprint([module.pk for module in form.modules])


def _saved(*, published: bool) -> str:
    if published:
        return _("The cohort is published. Managers can enrol from its first day of application.")
    return _("The cohort is saved as a draft. Publish it when it is ready.")
