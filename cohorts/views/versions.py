"""The versions of a programme: begun, worked on, seen before they are put to use, and looked back at."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.actions import begin_version, discard_version, fingerprint_of_draft, release_version
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused
from cohorts.rules import out_of_season
from cohorts.versions import draft_of, preview_of, removed_from_draft, versions_of
from cohorts.views.found import programme_of


@requires(Permission.SEE_REGION)
@require_safe
def versions(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Every version that is or was in use."""
    found = programme_of(request.user, pk)
    return render(request, "cohorts/versions.html", {"programme": found, "versions": versions_of(found)})


@requires(Permission.PLAN)
@require_POST
def begin(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Begin the next version, or go on with it."""
    found = programme_of(request.user, pk)
    try:
        begin_version(programme=found, by=request.user, now=timezone.now())
    except ProgrammeRefused as refused:
        messages.error(request, refused.reason)
        return redirect("cohorts:programme", pk=pk)
    return redirect("cohorts:draft", pk=pk)


@requires(Permission.PLAN)
@require_safe
def draft(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The draft of the next version; where there is none, the programme as it is."""
    found = programme_of(request.user, pk)
    if not found.has_draft:
        return redirect("cohorts:programme", pk=pk)
    version = draft_of(found)
    context = {
        "programme": found,
        "version": version,
        "editable": True,
        "required": found.draft_required,
        "removed": removed_from_draft(list(found.current_modules), version.modules),
        "out_of_season": out_of_season(version.modules),
    }
    return render(request, "cohorts/draft.html", context)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Show what differs and who keeps what, then put the draft to use: as it was shown, or not at all (409)."""
    found = programme_of(request.user, pk)
    status = 200
    if request.method == "POST":
        try:
            released = release_version(
                programme=found, seen=request.POST.get("seen", ""), by=request.user, now=timezone.now()
            )
        except ChangedMeanwhile as refused:
            messages.error(request, refused.reason)
            status = 409
        except ProgrammeRefused as refused:
            messages.error(request, refused.reason)
            return redirect("cohorts:draft", pk=pk)
        else:
            told = {"version": released.version}
            messages.success(request, _("Version %(version)s is in use. New cohorts follow it.") % told)
            return redirect("cohorts:programme", pk=pk)
    if not found.has_draft:
        return redirect("cohorts:programme", pk=pk)
    context = {"programme": found, "preview": preview_of(found), "seen": fingerprint_of_draft(found)}
    return render(request, "cohorts/release.html", context, status=status)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what goes, then throw the draft away: as it was shown, or not at all (409)."""
    found = programme_of(request.user, pk)
    status = 200
    if request.method == "POST":
        try:
            discard_version(programme=found, seen=request.POST.get("seen", ""), by=request.user, now=timezone.now())
        except ChangedMeanwhile as refused:
            messages.error(request, refused.reason)
            status = 409
        except ProgrammeRefused as refused:
            messages.error(request, refused.reason)
            return redirect("cohorts:programme", pk=pk)
        else:
            messages.success(request, _("The draft is thrown away."))
            return redirect("cohorts:programme", pk=pk)
    if not found.has_draft:
        return redirect("cohorts:programme", pk=pk)
    context = {"programme": found, "preview": preview_of(found), "seen": fingerprint_of_draft(found)}
    return render(request, "cohorts/discard_draft.html", context, status=status)
