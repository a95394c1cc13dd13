"""The modules of the version that can be edited: added, changed, moved, removed, put back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.actions import (
    ModuleDetails,
    add_module,
    change_module,
    move_module,
    remove_module,
    restore_module,
)
from cohorts.actions.editing import editable_version
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused
from cohorts.forms.module import ModuleForm
from cohorts.views.found import back_to, module_of, page_of, programme_of


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_module(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Add a module at the end."""
    found = programme_of(request.user, pk)
    version = editable_version(found)
    if version is None:
        messages.error(request, _("Cohorts follow this version. Begin a new one to add modules."))
        return redirect("cohorts:programme", pk=pk)
    form = ModuleForm(request.POST or None, initial=ModuleForm.initial_after(found.modules_of(version).last()))
    if request.method == "POST" and form.is_valid():
        try:
            added = add_module(programme=found, details=form.details(), by=request.user, now=timezone.now())
        except ProgrammeRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("“%(module)s” is added.") % {"module": added.title})
            return back_to(found, version, f"module-{added.pk}")
    context = {"programme": found, "version": version, "form": form, "back": page_of(found, version)}
    return render(request, "cohorts/new_module.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def module(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Change a module, or mend its words where cohorts follow it. Who was second sees both versions (409)."""
    found = module_of(request.user, pk)
    programme = found.programme
    options: dict[str, Any] = {
        "initial": ModuleForm.initial_of(found),
        "words_only": found.version != editable_version(programme),
    }
    form = ModuleForm(request.POST or None, **options)
    context = {
        "programme": programme,
        "module": found,
        "form": form,
        "words_only": options["words_only"],
        "differences": None,
        "back": page_of(programme, found.version),
    }
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            change_module(module=found, details=form.details(), seen=seen, by=request.user, now=timezone.now())
        except ChangedMeanwhile:
            stored = ModuleDetails.of(module_of(request.user, pk))
            differences = list(form.differences(vars(stored)))
            context |= {"differences": differences, "form": form.against(stored.fingerprint, **options)}
            return render(request, "cohorts/module.html", context, status=409)
        except ProgrammeRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("The module is saved."))
            return back_to(programme, found.version, f"module-{pk}")
    return render(request, "cohorts/module.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_POST
def move(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Move a module one place: `up` is there or not, `number` is where it was seen."""
    found = module_of(request.user, pk)
    number = request.POST.get("number", "")
    try:
        moved = move_module(
            module=found,
            number=int(number) if number.isdecimal() and len(number) < 4 else 0,
            up="up" in request.POST,
            by=request.user,
            now=timezone.now(),
        )
    except ProgrammeRefused as refused:
        messages.error(request, refused.reason)
    else:
        told = {"module": moved.title, "number": moved.number}
        messages.success(request, _("“%(module)s” is number %(number)s now.") % told)
    return back_to(found.programme, found.version, f"module-{pk}")


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what happens, then take a module out of its version."""
    found = module_of(request.user, pk)
    programme = found.programme
    if request.method != "POST":
        context = {"programme": programme, "module": found, "back": page_of(programme, found.version)}
        return render(request, "cohorts/remove_module.html", context)
    try:
        remove_module(module=found, by=request.user, now=timezone.now())
    except ProgrammeRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("“%(module)s” is removed.") % {"module": found.title})
    return back_to(programme, found.version)


@requires(Permission.PLAN)
@require_POST
def restore(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Put a module that was removed from the draft back into it."""
    found = module_of(request.user, pk)
    programme = found.programme
    try:
        restored = restore_module(module=found, by=request.user, now=timezone.now())
    except ProgrammeRefused as refused:
        messages.error(request, refused.reason)
        return back_to(programme, found.version)
    messages.success(request, _("“%(module)s” is put back.") % {"module": restored.title})
    return back_to(programme, restored.version, f"module-{restored.pk}")
