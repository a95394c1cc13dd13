"""Changing several sessions at once: the answers stand in the address, what follows is shown, one press saves it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from sessions.actions import change_several
from sessions.changing.consequences import Consequences, consequences_of
from sessions.exceptions import PlanningRefused
from sessions.forms.session import Told
from sessions.forms.several import LecturerForm, SeveralForm, ShiftForm
from sessions.models import CohortSession, Lecturer


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: AuthenticatedRequest) -> HttpResponse:
    """Move, cancel or hand over the sessions in the address, or those ahead of a lecturer who is ill."""
    user, now = request.user, timezone.now()
    lecturers = list(Lecturer.objects.visible_to(user).coordinated_by(user))
    choice = LecturerForm(request.GET, lecturers=lecturers)
    ill = choice.cleaned_data["lecturer"] if choice.is_valid() else None
    ahead = CohortSession.objects.visible_to(user).coordinated_by(user).upcoming(now=now).with_details()
    sessions = list(ahead.filter(lecturers=ill) if ill else ahead.filter(pk__in=_keys(request)))
    answers = request.GET if {"what", "see"} & request.GET.keys() else None
    chosen = _keys(request) or [session.pk for session in sessions]
    form = SeveralForm(
        answers,
        sessions=sessions,
        lecturers=lecturers,
        initial={"session": [str(pk) for pk in chosen], "gone": str(ill.pk) if ill else "", "days": 7},
    )
    context = {"choice": choice, "lecturer": ill, "sessions": sessions, "form": form}
    return _answer(request, "sessions/change_several.html", context, done=reverse("sessions:board"))


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def shift_cohort(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Shift the rest of a cohort: by some weeks, or to dates proposed anew."""
    found = get_object_or_404(Cohort.objects.visible_to(request.user).coordinated_by(request.user), pk=pk)
    sessions = _coming_of(request.user, found)
    initial = {"since": str(sessions[0].pk), "weeks": 1} if sessions else {}
    form = ShiftForm(request.GET if "way" in request.GET else None, sessions=sessions, initial=initial)
    context = {"cohort": found, "sessions": sessions, "form": form}
    return _answer(request, "sessions/shift_cohort.html", context, done=reverse("sessions:cohort", args=[pk]))


def _answer(request: AuthenticatedRequest, template: str, context: dict[str, Any], *, done: str) -> HttpResponse:
    """Show the form in `context`, with what follows if its answers can be read; save once that has been seen."""
    form: SeveralForm | ShiftForm = context["form"]
    told = Told(request.POST or None)
    status = 422 if form.errors or request.method == "POST" else 200
    context |= {"told": told, "consequences": None}
    if form.is_valid():
        intention = form.intention()
        consequences = consequences_of(intention.alterations, now=timezone.now(), surroundings=intention.surroundings)
        context["consequences"] = consequences
        if request.method == "POST" and told.is_valid() and told.cleaned_data["seen"] == consequences.token:
            try:
                change_several(
                    alterations=consequences.alterations,
                    sentence=told.cleaned_data["sentence"],
                    by=request.user,
                    now=timezone.now(),
                )
            except PlanningRefused as refused:
                told.add_error(None, refused.reason)
            else:
                messages.success(request, _saved(consequences))
                return redirect(done)
    return render(request, template, context, status=status)


def _keys(request: AuthenticatedRequest) -> list[UUID]:
    """The sessions in the address; what isn't a key is none."""
    keys = []
    for text in request.GET.getlist("session"):
        with suppress(ValueError):
            keys.append(UUID(text))
    return keys


def _coming_of(user: User, cohort: Cohort) -> list[CohortSession]:
    sessions = CohortSession.objects.visible_to(user).upcoming(now=timezone.now()).with_details()
    return list(sessions.filter(cohort=cohort).order_by("module__number", "starts"))


def _saved(consequences: Consequences) -> str:
    sessions, people = sum(one.changes_anything for one in consequences.alterations), len(consequences.people)
    changed = ngettext("%(count)d session is changed.", "%(count)d sessions are changed.", sessions)
    told = ngettext("%(count)d person gets a message.", "%(count)d people get a message.", people)
    return f"{changed % {'count': sessions}} {told % {'count': people}}"
