"""The register of venues."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import FEW_ROWS, paginated
from common.spreadsheets import download, xlsx
from sessions.actions import remove_venue, restore_entry, save_venue
from sessions.forms.registers import RegisterFilter, VenueForm
from sessions.models import CohortSession, Venue
from sessions.registers.bookings import booked_in, is_used
from sessions.views.registers import entry_page, list_page, regions_of, removal_page


@requires(Permission.PLAN)
@require_safe
def venues(request: AuthenticatedRequest) -> HttpResponse:
    """Venues of the regions she coordinates, with how much is planned in them."""
    entries = Venue.objects.visible_to(request.user).with_coming(now=timezone.now()).order_by("town", "name", "pk")
    return list_page(request, "sessions/venues.html", entries, title=_("Venues"))


@requires(Permission.PLAN)
@require_safe
def venues_file(request: AuthenticatedRequest) -> HttpResponse:
    """The same venues as a spreadsheet."""
    found = RegisterFilter(request.GET).narrow(Venue.objects.visible_to(request.user))
    headings = [
        _("Name"),
        _("Address"),
        _("Town"),
        _("Seats"),
        _("Accessibility of the venue"),
        _("How it is booked"),
        _("Contact person"),
        _("The contact person's e-mail"),
        _("The contact person's phone"),
        _("Map link"),
    ]
    rows = [
        [
            venue.name,
            venue.address,
            venue.town,
            str(venue.seats or ""),
            venue.access_notes,
            venue.booking_notes,
            venue.contact_name,
            venue.contact_email,
            venue.contact_phone,
            venue.map_url,
        ]
        for venue in found
    ]
    return download(xlsx(_("Venues"), headings, rows), f"{_('venues')}.xlsx")


@requires(Permission.PLAN)
@require_safe
def venue(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """One venue: what to know of it, and what is booked in it."""
    found = get_object_or_404(Venue.objects.visible_to(request.user).select_related("region"), pk=pk)
    now = timezone.now()
    sessions = CohortSession.objects.visible_to(request.user).filter(venue=found).with_details().with_register_counts()
    past = sessions.held(now=now)
    context = {
        "venue": found,
        "coming": booked_in(found, sessions.upcoming(now=now).order_by("starts")),
        "page": paginated(past, request, FEW_ROWS),
    }
    return render(request, "sessions/venue.html", context)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_venue(request: AuthenticatedRequest, pk: UUID | None = None) -> HttpResponse:
    """Add a venue, or change one."""
    entries = Venue.objects.visible_to(request.user)
    found = get_object_or_404(entries, pk=pk) if pk else None
    form = VenueForm(request.POST or None, instance=found, regions=regions_of(request.user))
    return entry_page(
        request,
        form,
        entries=entries,
        register=(reverse("sessions:venues"), _("Venues")),
        title=found.name if found else _("New venue"),
        save=lambda: save_venue(
            venue=form.save(commit=False), seen=form.cleaned_data.get("seen", ""), by=request.user, now=timezone.now()
        ),
    )


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Delete a venue that was never used, archive one that was."""
    found = get_object_or_404(Venue.objects.visible_to(request.user).with_coming(now=timezone.now()), pk=pk)
    return removal_page(
        request,
        {"entry": found, "page_of": reverse("sessions:venue", args=[pk]), "used": is_used(found)},
        back="sessions:venues",
        remove=lambda: remove_venue(venue=found, by=request.user, now=timezone.now()),
    )


@requires(Permission.PLAN)
@require_POST
def restore(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Offer an archived venue again."""
    found = get_object_or_404(Venue.objects.visible_to(request.user), pk=pk)
    restore_entry(entry=found, by=request.user, now=timezone.now())
    messages.success(request, _("The venue can be chosen again."))
    return redirect("sessions:venue", pk=pk)
