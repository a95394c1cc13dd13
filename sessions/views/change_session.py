"""Changing one session: what follows is shown while one types, and saved on the same page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from sessions.actions import change_session, undo_change
from sessions.changing.consequences import Consequences, consequences_of
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.forms.session import CancelForm, SessionForm
from sessions.models import CohortSession, Lecturer, Venue


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_session(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Move the session, or change place, lecturers or information.

    A change that people are told of is saved once its consequences have been seen: they come with the page as one
    types, or else as the first answer (422). Who was second sees both versions (409) and decides. htmx gets the form
    alone, and reloads the page when it is saved.
    """
    found = planned_session(request.user, pk)
    form = _form(request.user, found, request.POST or None)
    context: dict[str, Any] = {"session": found, "form": form, "differences": None}
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        consequences = consequences_of([form.change().of(found)], now=timezone.now())
        context["consequences"] = consequences
        outdated = form.cleaned_data["version"] != found.version
        if not outdated and form.agrees_to(consequences):
            try:
                change_session(
                    session=found,
                    version=form.cleaned_data["version"],
                    change=form.change(),
                    sentence=form.cleaned_data["sentence"],
                    by=request.user,
                    now=timezone.now(),
                )
            except ChangedMeanwhile:
                outdated = True
            except PlanningRefused as refused:
                form.add_error(None, refused.reason)
            else:
                messages.success(request, _saved(consequences))
                return HttpResponseClientRefresh() if request.htmx else redirect("sessions:session", pk=pk)
        if outdated:
            context |= _both_versions(request, form)
            status = 409
    template = "sessions/_change_form.html" if request.htmx else "sessions/edit_session.html"
    return render(request, template, context, status=status)


@requires(Permission.PLAN)
@require_safe
def check_session(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What would follow if the form were saved as it stands: a fragment for htmx."""
    found = planned_session(request.user, pk)
    form = _form(request.user, found, request.GET)
    context: dict[str, Any] = {"session": found, "form": form}
    if form.is_valid():
        context["consequences"] = consequences_of([form.change().of(found)], now=timezone.now())
    return render(request, "sessions/_checked_change.html", context)


@requires(Permission.PLAN)
@require_POST
def undo(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Take back the session's latest change."""
    found = planned_session(request.user, pk)
    form = CancelForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        undo_change(session=found, version=version, by=request.user, now=timezone.now())
    except PlanningRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("The change is undone. Whoever had been told of it gets a message."))
    return redirect("sessions:session", pk=pk)


def planned_session(user: User, pk: UUID) -> CohortSession:
    """A session that `user` plans, with details, or 404."""
    return get_object_or_404(CohortSession.objects.visible_to(user).coordinated_by(user).with_details(), pk=pk)


def _saved(consequences: Consequences) -> str:
    """Say that it is saved, and how many are told."""
    told = len(consequences.people)
    if not told:
        return _("The session is saved.")
    return ngettext(
        "The session is saved. %(count)d person gets a message.",
        "The session is saved. %(count)d people get a message.",
        told,
    ) % {"count": told}


def _form(user: User, session: CohortSession, data: QueryDict | None) -> SessionForm:
    region = session.cohort.programme.region_id
    return SessionForm(
        data,
        session=session,
        venues=list(Venue.objects.visible_to(user).filter(region=region).offered(to=session)),
        lecturers=Lecturer.objects.visible_to(user).filter(region=region).offered(to=session),
    )


def _both_versions(request: AuthenticatedRequest, form: SessionForm) -> dict[str, Any]:
    """The form over the version that someone else saved, with what differs."""
    latest = planned_session(request.user, form.session.pk)
    answers = request.POST.copy()
    answers["version"] = str(latest.version)
    answers["seen"] = ""
    over = _form(request.user, latest, answers)
    over.is_valid()
    return {
        "session": latest,
        "form": over,
        "differences": list(form.differences(latest)),
        "consequences": consequences_of([over.change().of(latest)], now=timezone.now()),
    }
