"""A programme's details and its rule: new, and changed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.actions import ProgrammeDetails, add_programme, change_programme, change_rule
from cohorts.actions.editing import editable_version, required_by
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused, TitleTaken
from cohorts.forms.programme import NewProgrammeForm, ProgrammeForm, RuleForm
from cohorts.views.found import back_to, page_of, programme_of
from regions.models import Region

NEW = {"default_capacity": 25, "default_start": "09:00"}


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_programme(request: AuthenticatedRequest) -> HttpResponse:
    """Add a programme; its modules come next."""
    regions = list(Region.objects.visible_to(request.user).coordinated_by(request.user))
    form = NewProgrammeForm(request.POST or None, initial=NEW, regions=regions)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_programme(
                region=form.chosen_region, details=form.details(), by=request.user, now=timezone.now()
            )
        except ProgrammeRefused as refused:
            form.add_error("title" if isinstance(refused, TitleTaken) else None, refused.reason)
        else:
            messages.success(request, _("The programme is added. Now add its modules."))
            return redirect("cohorts:programme", pk=added.pk)
    return render(request, "cohorts/new_programme.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_programme(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Change title, description and defaults. Who was second sees both versions (409) and decides."""
    found = programme_of(request.user, pk)
    form = ProgrammeForm(request.POST or None, initial=ProgrammeForm.initial_of(found))
    context = {"programme": found, "form": form, "differences": None}
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            change_programme(programme=found, details=form.details(), seen=seen, by=request.user, now=timezone.now())
        except ChangedMeanwhile:
            stored = ProgrammeDetails.of(programme_of(request.user, pk))
            context |= {"differences": list(form.differences(vars(stored))), "form": form.against(stored.fingerprint)}
            return render(request, "cohorts/edit_programme.html", context, status=409)
        except ProgrammeRefused as refused:
            form.add_error("title" if isinstance(refused, TitleTaken) else None, refused.reason)
        else:
            messages.success(request, _("The programme is saved."))
            return redirect("cohorts:programme", pk=pk)
    return render(request, "cohorts/edit_programme.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Change how many modules a certificate takes. Who was second sees both numbers (409) and decides."""
    found = programme_of(request.user, pk)
    version = editable_version(found)
    if version is None:
        messages.error(request, _("Cohorts follow this version. Begin a new one to change its rule."))
        return redirect("cohorts:programme", pk=pk)
    total, required = found.modules_of(version).count(), required_by(found, version)
    form = RuleForm(request.POST or None, initial={"required": required, "seen": required}, modules=total)
    context = {"programme": found, "version": version, "total": total, "form": form, "differences": None}
    context["back"] = page_of(found, version)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_rule(
                programme=found, required=data["required"], seen=data["seen"], by=request.user, now=timezone.now()
            )
        except ChangedMeanwhile:
            stored = required_by(programme_of(request.user, pk), version)
            differences = list(form.differences({"required": stored}))
            context |= {"differences": differences, "form": form.against(stored, modules=total)}
            return render(request, "cohorts/rule.html", context, status=409)
        except ProgrammeRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("The rule for a certificate is saved."))
            return back_to(found, version)
    return render(request, "cohorts/rule.html", context, status=422 if form.errors else 200)
