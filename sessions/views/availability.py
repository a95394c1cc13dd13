"""The days on which a lecturer can't teach: for herself, and for the coordinator."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from sessions.actions import forget_unavailable, note_unavailable
from sessions.exceptions import PlanningRefused
from sessions.forms.registers import UnavailableForm
from sessions.models import CohortSession, Lecturer, Unavailability
from sessions.querysets import CohortSessionQuerySet
from sessions.registers.bookings import booked_with


@requires(Permission.SAY_WHEN_AWAY)
@require_http_methods(["GET", "HEAD", "POST"])
def unavailable(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Her days, what she teaches on them all the same, and a form for more.

    Answers in the address fill the form in: that is how days that have just been removed are taken back.
    """
    user, now = request.user, timezone.now()
    found = get_object_or_404(Lecturer.objects.visible_to(user).select_related("region"), pk=pk)
    form = UnavailableForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        try:
            note_unavailable(lecturer=found, first=first, last=last, by=user, now=now)
        except PlanningRefused as refused:
            form.add_error(None, refused.reason)
        else:
            noted = found.unavailabilities.filter(first=first, last=last)
            _say(request, teaches=_taught(user, found).upcoming(now=now).on_days_of(noted).count())
            return redirect("sessions:unavailable", pk=pk)
    away = found.unavailabilities.not_past(today=timezone.localdate(now))
    sessions = _taught(user, found).upcoming(now=now).on_days_of(away).with_details()
    context = {
        "lecturer": found,
        "form": form,
        "away": away,
        "booked": booked_with(found, sessions, away=away),
        "herself": found.is_address_of(user),
    }
    return render(request, "sessions/unavailable.html", context, status=422 if form.errors else 200)


@requires(Permission.SAY_WHEN_AWAY)
@require_POST
def available_again(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Remove days; the form is filled in with them, should it have been a mistake."""
    days = get_object_or_404(Unavailability.objects.visible_to(request.user).select_related("lecturer"), pk=pk)
    answers = {"first": days.first.isoformat(), "last": days.last.isoformat()}
    forget_unavailable(days=days, by=request.user, now=timezone.now())
    messages.success(request, _("The days are removed. Was it a mistake? The form holds them: save them again."))
    return redirect(f"{reverse('sessions:unavailable', args=[days.lecturer_id])}?{urlencode(answers)}")


def _taught(user: User, lecturer: Lecturer) -> CohortSessionQuerySet:
    return CohortSession.objects.visible_to(user).filter(lecturers=lecturer)


def _say(request: AuthenticatedRequest, *, teaches: int) -> None:
    if not teaches:
        messages.success(request, _("The days are saved."))
        return
    warning = ngettext(
        "The days are saved, but a session on them is already planned with this lecturer. It stands below.",
        "The days are saved, but %(count)d sessions on them are already planned with this lecturer. They stand below.",
        teaches,
    )
    messages.warning(request, warning % {"count": teaches})
