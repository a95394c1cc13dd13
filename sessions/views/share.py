"""Sharing a file or a link, changing and deleting it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Module
from sessions.actions import change_material, delete_material, share_material
from sessions.exceptions import MaterialRefused
from sessions.forms.materials import MaterialForm
from sessions.models import CohortSession, Material
from sessions.views.materials import load_module


@requires(Permission.SHARE_MATERIAL)
@require_http_methods(["GET", "HEAD", "POST"])
def share_at_session(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Share with those who take part in one session."""
    sessions = CohortSession.objects.visible_to(request.user).shareable_by(request.user)
    return _share(request, get_object_or_404(sessions.select_related("cohort__programme", "module"), pk=pk))


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def share_with_module(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Share with those who take part in any session of a module."""
    return _share(request, load_module(request, pk))


@requires(Permission.SHARE_MATERIAL)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_material(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Give it another title, day, link or file."""
    found = _load(request, pk)
    form = _form(request, material=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_material(material=found, details=form.details(), by=request.user, now=timezone.now())
        except MaterialRefused as refused:
            form.refuse(refused.reason)
        else:
            messages.success(request, _("The material is saved."))
            return redirect(shelf_url(found.place))
    return _page(request, form, found.place, material=found)


@requires(Permission.SHARE_MATERIAL)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_material(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what happens, then delete it."""
    found = _load(request, pk)
    if request.method == "POST":
        try:
            delete_material(material=found, by=request.user, now=timezone.now())
        except MaterialRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _("%(title)s is deleted.") % {"title": found.title})
        return redirect(shelf_url(found.place))
    return render(request, "sessions/remove_material.html", {"material": found, **_whereabouts(found.place)})


def shelf_url(place: CohortSession | Module) -> str:
    """Where the material of a session or of a module stands."""
    if isinstance(place, Module):
        return reverse("sessions:module_materials", args=[place.pk])
    return reverse("sessions:session", args=[place.pk]) + "#material"


def _share(request: AuthenticatedRequest, place: CohortSession | Module) -> HttpResponse:
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            shared = share_material(place=place, details=form.details(), by=request.user, now=timezone.now())
        except MaterialRefused as refused:
            form.refuse(refused.reason)
        else:
            messages.success(request, _("%(title)s is shared.") % {"title": shared.title})
            return redirect(shelf_url(place))
    return _page(request, form, place)


def _load(request: AuthenticatedRequest, pk: UUID) -> Material:
    """Material that the user may change; 404 for any other."""
    user = request.user
    materials = Material.objects.visible_to(user, today=timezone.localdate()).changeable_by(user)
    related = ("module__programme", "session__module", "session__cohort__programme")
    return get_object_or_404(materials.select_related(*related), pk=pk)


def _form(request: AuthenticatedRequest, *, material: Material | None = None) -> MaterialForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return MaterialForm(*sent, largest=settings.MATERIAL_FILE_LIMIT, material=material)


def _page(
    request: AuthenticatedRequest,
    form: MaterialForm,
    place: CohortSession | Module,
    *,
    material: Material | None = None,
) -> HttpResponse:
    context = {"form": form, "material": material, **_whereabouts(place)}
    return render(request, "sessions/share_material.html", context, status=422 if form.errors else 200)


def _whereabouts(place: CohortSession | Module) -> dict[str, Any]:
    """What the pages say of the place and the way back to it."""
    session = place if isinstance(place, CohortSession) else None
    return {
        "session": session,
        "module": session.module if session else place,
        "shelf_url": shelf_url(place),
    }
