"""Parting with a programme: archived, offered again, or deleted."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.actions import archive_programme, delete_programme, reopen_programme
from cohorts.exceptions import ProgrammeRefused
from cohorts.views.found import programme_of


@requires(Permission.PLAN)
@require_POST
def archive(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Offer the programme to new cohorts no more."""
    archive_programme(programme=programme_of(request.user, pk), by=request.user, now=timezone.now())
    messages.success(request, _("The programme is archived. New cohorts can't follow it; those that exist go on."))
    return redirect("cohorts:programme", pk=pk)


@requires(Permission.PLAN)
@require_POST
def reopen(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Offer it again."""
    reopen_programme(programme=programme_of(request.user, pk), by=request.user, now=timezone.now())
    messages.success(request, _("The programme is in use again."))
    return redirect("cohorts:programme", pk=pk)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what goes, then delete a programme that no cohort follows."""
    found = programme_of(request.user, pk)
    if request.method != "POST":
        modules = found.current_modules.count()
        return render(request, "cohorts/delete_programme.html", {"programme": found, "modules": modules})
    try:
        delete_programme(programme=found, by=request.user, now=timezone.now())
    except ProgrammeRefused as refused:
        messages.error(request, refused.reason)
        return redirect("cohorts:programme", pk=pk)
    messages.success(request, _("“%(programme)s” is deleted.") % {"programme": found.title})
    return redirect("cohorts:programmes")
