"""A new cohort: one form, then a table of proposed dates. All answers of the first are in the second's address."""

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.actions import load_programmes
from cohorts.models import Programme
from regions.models import Municipality, Region
from sessions.actions import plan_cohort
from sessions.advice import Advice
from sessions.exceptions import PlanningRefused
from sessions.forms.cohort import MONTHLY, NewCohortForm
from sessions.forms.planning import planned_sessions
from sessions.models import Lecturer, Venue
from sessions.rules.days import is_plannable, problem_with, school_break
from sessions.rules.planning import NthWeekday, propose

TUESDAY = 1
TIME_TO_APPLY = timedelta(weeks=8)


@requires(Permission.PLAN)
@require_safe
def new_cohort(request: AuthenticatedRequest) -> HttpResponse:
    """The first page. Answers in the address fill it in, so that one can come back from the second."""
    form = _form(request, initial=_defaults(request.user) | request.GET.dict())
    return render(request, "sessions/new_cohort.html", {"form": form, "programmes": _programmes(request.user)})


@requires(Permission.PLAN)
@require_POST
def load_shipped_programmes(request: AuthenticatedRequest) -> HttpResponse:
    """Give the coordinator's region the programmes that it lacks of those that the portal ships with."""
    now = timezone.now()
    for region in Region.objects.visible_to(request.user).coordinated_by(request.user):
        load_programmes(region=region, by=request.user, now=now)
    messages.success(request, _("The programmes are loaded."))
    return redirect("sessions:new_cohort")


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_dates(request: AuthenticatedRequest) -> HttpResponse:
    """The second page: proposed dates with reasons, to change and save as a draft."""
    user = request.user
    form = _form(request, request.GET)
    if not form.is_valid():
        context = {"form": form, "programmes": _programmes(user)}
        return render(request, "sessions/new_cohort.html", context, status=422)
    answers = form.cleaned_data
    programme, rhythm = answers["programme"], form.rhythm_of_dates()
    modules = list(programme.current_modules)
    proposals = propose(
        modules, first=answers["first"], rhythm=rhythm, starts=answers["starts"], avoid=answers["avoid"]
    )
    table = planned_sessions(
        data=request.POST if request.method == "POST" else None,
        modules=modules,
        proposals=proposals,
        form_kwargs={
            "venues": list(Venue.objects.visible_to(user).filter(region=programme.region_id)),
            "lecturers": list(Lecturer.objects.visible_to(user).filter(region=programme.region_id)),
            "avoid": answers["avoid"],
            "check_url": reverse("sessions:check_day"),
        },
    )
    if request.method == "POST" and table.is_valid():
        try:
            cohort = plan_cohort(
                programme=programme, details=form.details(), sessions=table.planned(), by=user, now=timezone.now()
            )
        except PlanningRefused as refused:
            table.non_form_errors().append(refused.reason)
        else:
            messages.success(request, _("The cohort is saved as a draft. Publish it when it is ready."))
            return redirect("sessions:cohort", pk=cohort.pk)
    context = {
        "form": form,
        "details": form.details(),
        "programme": programme,
        "rhythm": rhythm,
        "table": table,
        "moved": sum(1 for proposal in proposals if proposal.reason),
        "save": f"{request.path}?{_with_name(request, answers['name'])}",
        "back": f"{reverse('sessions:new_cohort')}?{request.GET.urlencode()}",
    }
    return render(request, "sessions/propose_dates.html", context, status=422 if table.total_error_count() else 200)


@requires(Permission.PLAN)
@require_safe
def check_day(request: AuthenticatedRequest) -> HttpResponse:
    """What to think of about the date in a row of the table (`row` names it): a fragment for htmx."""
    row = request.GET.get("row", "")
    try:
        day = date.fromisoformat(request.GET.get(f"{row}-day" if row else "day", ""))
    except ValueError:
        return HttpResponse()
    if not is_plannable(day):
        return HttpResponse()  # the form says so when it is sent
    warning = school_break(day)
    advice = Advice(day, problem=problem_with(day), warnings=[warning] if warning else [])
    return render(request, "sessions/_advice.html", {"advice": advice})


def _form(request: AuthenticatedRequest, *args: object, **kwargs: object) -> NewCohortForm:
    user = request.user
    return NewCohortForm(
        *args,
        programmes=_programmes(user),
        municipalities=list(Municipality.objects.visible_to(user).filter(region__in=user.coordinated_region_ids)),
        today=timezone.localdate(),
        **kwargs,
    )


def _with_name(request: AuthenticatedRequest, name: str) -> str:
    """The answers with the name that the page shows: saved twice, it is taken the second time."""
    answers = request.GET.copy()
    answers["name"] = name
    return answers.urlencode()


def _programmes(user: User) -> QuerySet[Programme]:
    return Programme.objects.visible_to(user).coordinated_by(user)


def _defaults(user: User) -> dict[str, object]:
    """A second Tuesday that leaves time to apply, and what the first programme says."""
    earliest = timezone.localdate() + TIME_TO_APPLY
    month = earliest.year * 12 + earliest.month
    programme = _programmes(user).first()
    return {
        "programme": programme,
        "first": NthWeekday(2, TUESDAY).in_month(month),
        "rhythm": MONTHLY,
        "starts": programme.default_start if programme else None,
        "capacity": programme.default_capacity if programme else None,
    }
