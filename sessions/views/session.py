"""One session: for everyone who may see it, and for the coordinator who changes it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from participants.models import Enrolment
from sessions.actions import cancel_session, change_session
from sessions.clashes import obstacles_of
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.forms.session import CancelForm, SessionForm
from sessions.models import CohortSession, Lecturer, Venue
from sessions.register import why_closed
from sessions.shelves import shelf_of


@require_safe
def session(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """When, where, with whom, and how to prepare. Who may see which session is for `visible_to` to say."""
    user = request.user
    found = get_object_or_404(CohortSession.objects.visible_to(user).with_details(), pk=pk)
    now = timezone.now()
    plans = found.cohort.programme.region_id in user.coordinated_region_ids
    is_open = why_closed(found, now=now) is None
    context = {
        "session": found,
        "plans": plans,
        "expected": _expected(found, user) if plans else 0,
        "keeps_register": is_open and CohortSession.objects.markable_by(user).filter(pk=pk).exists(),
        "past": found.ends <= now,
        "shelf": shelf_of(found, user, today=timezone.localdate(now)),
        "obstacles": obstacles_of(found, now=now) if plans else [],
    }
    return render(request, "sessions/session.html", context)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_session(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Move the session, or change place or lecturers. Who was second sees both versions (409) and decides."""
    user = request.user
    found = get_object_or_404(CohortSession.objects.visible_to(user).coordinated_by(user).with_details(), pk=pk)
    region = found.cohort.programme.region_id
    options: dict[str, Any] = {
        "initial": SessionForm.initial_of(found),
        "venues": list(Venue.objects.visible_to(user).filter(region=region)),
        "lecturers": Lecturer.objects.visible_to(user).filter(region=region),
        "check_url": reverse("sessions:check_day"),
    }
    form = SessionForm(request.POST or None, **options)
    context = {"session": found, "form": form, "differences": None}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            changed = change_session(session=found, version=version, change=form.change(), by=user, now=timezone.now())
        except ChangedMeanwhile:
            latest = CohortSession.objects.visible_to(user).with_details().get(pk=pk)
            differences = list(form.differences(latest))
            answers = request.POST.copy()
            answers["version"] = str(latest.version)
            context |= {"form": SessionForm(answers, **options), "differences": differences}
            return render(request, "sessions/edit_session.html", context, status=409)
        except PlanningRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _saved(changed, revision=found.revision))
            return redirect("sessions:session", pk=pk)
    return render(request, "sessions/edit_session.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what happens and to how many, then cancel the session."""
    user = request.user
    found = get_object_or_404(CohortSession.objects.visible_to(user).coordinated_by(user).with_details(), pk=pk)
    if request.method == "POST":
        form = CancelForm(request.POST)
        version = form.cleaned_data["version"] if form.is_valid() else 0
        try:
            cancel_session(session=found, version=version, by=user, now=timezone.now())
        except PlanningRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _("The session is cancelled."))
        return redirect("sessions:session", pk=pk)
    context = {"session": found, "expected": _expected(found, user)}
    return render(request, "sessions/cancel_session.html", context)


def _expected(session: CohortSession, user: User) -> int:
    """How many take part in the session's cohort."""
    return Enrolment.objects.visible_to(user).taking_part().filter(cohort=session.cohort_id).count()


def _saved(changed: CohortSession, *, revision: int) -> str:
    if changed.revision == revision:
        return _("The session is saved.")
    if changed.cohort.is_published:
        return _(
            "The session is saved. Reminders follow the new time and place; no message about the change is sent, "
            "so tell those who need to know now."
        )
    return _("The session is saved. Reminders follow the new time and place.")
