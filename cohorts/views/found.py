"""What the pages about programmes find, and where they lead."""

from uuid import UUID

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import User
from cohorts.models import Module, Programme
from cohorts.querysets import ProgrammeQuerySet


def programmes_of(user: User) -> ProgrammeQuerySet:
    """Those of the regions that `user` coordinates."""
    return Programme.objects.visible_to(user).coordinated_by(user).select_related("region")


def programme_of(user: User, pk: UUID) -> Programme:
    """One of them. Raises Http404."""
    return get_object_or_404(programmes_of(user), pk=pk)


def module_of(user: User, pk: UUID) -> Module:
    """A module of one of them, in any version. Raises Http404."""
    return get_object_or_404(Module.objects.visible_to(user).select_related("programme__region"), pk=pk)


def page_of(programme: Programme, version: int) -> str:
    """Where the modules of a version are shown: the draft has a page of its own."""
    is_draft = programme.has_draft and version == programme.draft_version
    return reverse("cohorts:draft" if is_draft else "cohorts:programme", args=[programme.pk])


def back_to(programme: Programme, version: int, place: str = "") -> HttpResponseRedirect:
    """Go to that page, and to a `place` on it."""
    return redirect(page_of(programme, version) + (f"#{place}" if place else ""))
