"""The register of lecturers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import invite
from accounts.choices import Role
from accounts.exceptions import InvitationRefused
from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import FEW_ROWS, paginated
from common.spreadsheets import download, xlsx
from sessions.actions import remove_lecturer, restore_entry, save_lecturer
from sessions.forms.registers import LecturerForm, RegisterFilter
from sessions.models import CohortSession, Lecturer, TeachingRequest
from sessions.registers.asking import asked_of
from sessions.registers.bookings import booked_with, is_used
from sessions.views.registers import entry_page, list_page, regions_of, removal_page


@requires(Permission.PLAN)
@require_safe
def lecturers(request: AuthenticatedRequest) -> HttpResponse:
    """Lecturers of the regions she coordinates, with how much they teach and whether they can log in."""
    now = timezone.now()
    entries = Lecturer.objects.visible_to(request.user).coordinated_by(request.user)
    entries = entries.with_log_in(now=now).with_coming(now=now).order_by("name", "pk")
    return list_page(request, "sessions/lecturers.html", entries, title=_("Lecturers"))


@requires(Permission.PLAN)
@require_safe
def lecturers_file(request: AuthenticatedRequest) -> HttpResponse:
    """The same lecturers as a spreadsheet."""
    entries = Lecturer.objects.visible_to(request.user).coordinated_by(request.user)
    headings = [_("Name"), _("Organisation"), _("E-mail"), _("Phone")]
    rows = [
        [lecturer.name, lecturer.organisation, lecturer.email, lecturer.phone]
        for lecturer in RegisterFilter(request.GET).narrow(entries)
    ]
    return download(xlsx(_("Lecturers"), headings, rows), f"{_('lecturers')}.xlsx")


@requires(Permission.PLAN)
@require_safe
def lecturer(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """One lecturer: how to reach her, what she teaches, when she can't, and what she has been asked."""
    user, now = request.user, timezone.now()
    entries = Lecturer.objects.visible_to(user).coordinated_by(user).with_log_in(now=now).select_related("region")
    found = get_object_or_404(entries, pk=pk)
    sessions = CohortSession.objects.visible_to(user).filter(lecturers=found).with_details()
    past = sessions.held(now=now)
    away = found.unavailabilities.not_past(today=timezone.localdate(now))
    waiting = TeachingRequest.objects.visible_to(user).open().filter(lecturer=found).with_details()
    context = {
        "lecturer": found,
        "coming": booked_with(found, sessions.upcoming(now=now).order_by("starts"), away=away),
        "page": paginated(past, request, FEW_ROWS),
        "away": away,
        "asked": asked_of(waiting, now=now),
    }
    return render(request, "sessions/lecturer.html", context)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_lecturer(request: AuthenticatedRequest, pk: UUID | None = None) -> HttpResponse:
    """Add a lecturer, or change one."""
    user = request.user
    entries = Lecturer.objects.visible_to(user).coordinated_by(user)
    found = get_object_or_404(entries, pk=pk) if pk else None
    form = LecturerForm(request.POST or None, instance=found, regions=regions_of(user))
    return entry_page(
        request,
        form,
        entries=entries,
        register=(reverse("sessions:lecturers"), _("Lecturers")),
        title=found.name if found else _("New lecturer"),
        save=lambda: save_lecturer(
            lecturer=form.save(commit=False), seen=form.cleaned_data.get("seen", ""), by=user, now=timezone.now()
        ),
    )


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Delete a lecturer who never taught and was never asked, archive one who did."""
    user, now = request.user, timezone.now()
    found = get_object_or_404(Lecturer.objects.visible_to(user).coordinated_by(user).with_coming(now=now), pk=pk)
    return removal_page(
        request,
        {"entry": found, "page_of": reverse("sessions:lecturer", args=[pk]), "used": is_used(found)},
        back="sessions:lecturers",
        remove=lambda: remove_lecturer(lecturer=found, by=user, now=now),
    )


@requires(Permission.PLAN)
@require_POST
def restore(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Offer an archived lecturer again."""
    found = get_object_or_404(Lecturer.objects.visible_to(request.user).coordinated_by(request.user), pk=pk)
    restore_entry(entry=found, by=request.user, now=timezone.now())
    messages.success(request, _("The lecturer can be chosen again."))
    return redirect("sessions:lecturer", pk=pk)


@requires(Permission.PLAN)
@require_POST
def invite_lecturer(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Invite a lecturer to log in, mark attendance and see her sessions."""
    entries = Lecturer.objects.visible_to(request.user).coordinated_by(request.user).select_related("region")
    found = get_object_or_404(entries, pk=pk)
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
    return redirect("sessions:lecturer", pk=pk)
