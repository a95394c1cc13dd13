"""The registers of venues and lecturers."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import invite
from accounts.choices import Role
from accounts.exceptions import InvitationRefused
from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from regions.models import Region
from sessions.actions import save_lecturer, save_venue
from sessions.exceptions import PlanningRefused
from sessions.forms.registers import EntryForm, LecturerForm, RegisterFilter, VenueForm
from sessions.models import Lecturer, Venue


@requires(Permission.PLAN)
@require_safe
def registers(request: AuthenticatedRequest) -> HttpResponse:
    """Venues and lecturers of the regions she coordinates."""
    user = request.user
    form = RegisterFilter(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    lecturers = Lecturer.objects.visible_to(user).filter(region__in=user.coordinated_region_ids)
    context = {
        "form": form,
        "filtered": bool(words),
        "venues": Venue.objects.visible_to(user).search(words),
        "lecturers": lecturers.search(words).with_log_in(now=timezone.now()),
    }
    return render(request, "sessions/registers.html", context)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def venue(request: AuthenticatedRequest, pk: UUID | None = None) -> HttpResponse:
    """Add a venue, or change one."""
    found = get_object_or_404(Venue.objects.visible_to(request.user), pk=pk) if pk else None
    form = VenueForm(request.POST or None, instance=found, regions=_regions(request.user))
    return _entry(
        request,
        form,
        title=found.name if found else _("New venue"),
        save=lambda: save_venue(venue=form.save(commit=False), by=request.user, now=timezone.now()),
    )


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def lecturer(request: AuthenticatedRequest, pk: UUID | None = None) -> HttpResponse:
    """Add a lecturer, or change one."""
    found = get_object_or_404(Lecturer.objects.visible_to(request.user), pk=pk) if pk else None
    form = LecturerForm(request.POST or None, instance=found, regions=_regions(request.user))
    return _entry(
        request,
        form,
        title=found.name if found else _("New lecturer"),
        save=lambda: save_lecturer(lecturer=form.save(commit=False), by=request.user, now=timezone.now()),
    )


@requires(Permission.PLAN)
@require_POST
def invite_lecturer(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Invite a lecturer to log in, mark attendance and see her sessions."""
    found = get_object_or_404(Lecturer.objects.visible_to(request.user).select_related("region"), pk=pk)
    first_name, _space, last_name = found.name.partition(" ")
    try:
        invite(
            email=found.email,
            first_name=first_name,
            last_name=last_name,
            role=Role.LECTURER,
            language=request.user.language,
            region=found.region,
            by=request.user,
            now=timezone.now(),
        )
    except InvitationRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("An invitation is sent to %(address)s.") % {"address": found.email})
    return redirect("sessions:registers")


def _regions(user: User) -> list[Region]:
    return list(Region.objects.visible_to(user).coordinated_by(user))


def _entry(request: AuthenticatedRequest, form: EntryForm, *, title: str, save: Callable[[], object]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except PlanningRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("The register is saved."))
            return redirect("sessions:registers")
    context = {"form": form, "title": title}
    return render(request, "sessions/register_entry.html", context, status=422 if form.errors else 200)
