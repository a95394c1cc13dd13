"""The register of a session: the whole of it, and one mark at a time."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from sessions.actions import mark_register
from sessions.attendance.register import Entry, count, register_of, why_closed
from sessions.choices import Mark
from sessions.exceptions import AttendanceRefused
from sessions.forms.register import RegisterForm
from sessions.models import CohortSession


@requires(Permission.MARK_ATTENDANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Show the register, or save what was changed in it; "everyone" also marks all the unmarked as present."""
    session = _session(request, pk)
    now = timezone.now()
    form = RegisterForm(request.POST or None, entries=register_of(session))
    if request.method == "POST" and form.is_valid():
        others = Mark.PRESENT if "everyone" in request.POST else None
        try:
            changed = mark_register(session=session, markings=form.changed, others=others, by=request.user, now=now)
        except AttendanceRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _saved(changed))
            return redirect("sessions:register", pk=session.pk)
    context = {
        "session": session,
        "form": form,
        "counts": count(form.entries),
        "closed": why_closed(session, now=now),
    }
    return render(request, "sessions/register.html", context, status=422 if form.errors else 200)


@requires(Permission.MARK_ATTENDANCE)
@require_POST
def mark(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Save one person's mark, as soon as it is chosen; answers with the register's counts and what is saved now."""
    session = _session(request, pk)
    form = RegisterForm(request.POST, entries=_only(request.POST.get("participant", ""), register_of(session)))
    refusal = "" if form.is_valid() else form.refusal
    if not refusal:
        try:
            mark_register(session=session, markings=form.chosen, by=request.user, now=timezone.now())
        except AttendanceRefused as refused:
            refusal = refused.reason
    entries = register_of(session)
    saved = RegisterForm(entries=_only(request.POST.get("participant", ""), entries))
    context = {"counts": count(entries), "refusal": refusal, "rows": saved.rows()}
    return render(request, "sessions/_register_saved.html", context, status=422 if refusal else 200)


@requires(Permission.MARK_ATTENDANCE)
@require_safe
def sign_in_sheet(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The names on paper, to sign at the door."""
    session = _session(request, pk)
    return render(request, "sessions/sign_in_sheet.html", {"session": session, "entries": register_of(session)})


def _session(request: AuthenticatedRequest, pk: UUID) -> CohortSession:
    return get_object_or_404(CohortSession.objects.markable_by(request.user).with_details(), pk=pk)


def _only(participant: str, entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if str(entry.participant.pk) == participant]


def _saved(changed: int) -> str:
    if not changed:
        return _("Nothing was changed.")
    return ngettext("%(count)d mark saved.", "%(count)d marks saved.", changed) % {"count": changed}
