"""Plans of messages: what is sent before and after sessions, and what follows from changing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.models import Cohort, Programme
from regions.models import Region
from sessions.actions import add_step, change_step, follow_plan, own_plan, remove_step
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.forms.plans import StepForm
from sessions.models import MessagePlan, PlanStep
from sessions.plans.preview import Consequences, consequences_of, differences, example_for, in_words, lines_of
from sessions.plans.reading import Owner, Plan, plan_above, plan_of, region_of
from sessions.rules.plans import Timing

COHORT, PROGRAMME, REGION = "cohort", "programme", "region"


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: AuthenticatedRequest, pk: UUID, level: str) -> HttpResponse:
    """The plan that holds for a cohort, programme or region, as a schedule. A POST gives it one of its own."""
    owner = _owner(request.user, level, pk)
    now = timezone.now()
    if request.method == "POST":
        own_plan(owner=owner, by=request.user, now=now)
        messages.success(request, _("The plan can be changed now. As yet it says what held before."))
        return redirect(_page(owner))
    held, example = plan_of(owner), example_for(owner, now=now)
    own = MessagePlan.objects.visible_to(request.user).filter(**{level: owner}, follows=None).first()
    context = {
        **_place(owner),
        "own": own,
        "held": held,
        "source": _whose(held),
        "lines": lines_of(held, example),
        "example": example,
    }
    return render(request, "sessions/plan.html", context)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Give up a plan, after saying what would be sent instead."""
    found = _plan(request.user, pk)
    if request.method == "POST":
        follow_plan(plan=found, by=request.user, now=timezone.now())
        messages.success(request, _("The plan is given up."))
        return redirect(_page(found.owner))
    above = plan_above(found.owner)
    context = {
        **_place(found.owner),
        "above": _whose(above),
        "difference": differences(plan_of(found.owner), above),
    }
    return render(request, "sessions/follow_plan.html", context)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_step(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Add a message to a plan. A POST says what follows, and with `save` saves."""
    return _step_page(request, _plan(request.user, pk))


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_step(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Change a message of a plan, likewise. Who was second sees both versions (409) and decides."""
    step = _step(request.user, pk)
    return _step_page(request, _plan(request.user, step.plan_id), step)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Take a message out of a plan, after saying who won't get it."""
    step = _step(request.user, pk)
    owner = _plan(request.user, step.plan_id).owner
    if request.method == "POST":
        remove_step(step=step, by=request.user, now=timezone.now())
        messages.success(request, _("The message is taken out of the plan."))
        return redirect(_page(owner))
    context = {
        **_place(owner),
        "words": in_words(step.timing),
        "consequences": _consequences(request.user, owner, step.timing),
    }
    return render(request, "sessions/remove_step.html", context)


def _step_page(request: AuthenticatedRequest, found: MessagePlan, step: PlanStep | None = None) -> HttpResponse:
    owner = found.owner
    options: dict[str, Any] = {
        "others": [other.timing for other in found.steps.all() if other != step],
        "sms": bool(region_of(owner).sms_parts_per_month),
    }
    initial = StepForm.initial_of(step.timing) if step else StepForm.initial_of_new()
    form = StepForm(request.POST if request.method == "POST" else None, initial=initial, **options)
    context: dict[str, Any] = {**_place(owner), "step": step, "form": form, "differences": None}
    if request.method == "POST" and form.is_valid():
        timing = form.timing()
        if "save" not in request.POST:
            context |= {"words": in_words(timing), "consequences": _consequences(request.user, owner, timing)}
            return render(request, "sessions/plan_step.html", context)
        try:
            _save(found, step, timing, seen=form.cleaned_data["seen"], by=request.user)
        except PlanningRefused as refused:
            if step and isinstance(refused, ChangedMeanwhile):
                stored = StepForm.initial_of(_step(request.user, step.pk).timing)
                context |= {
                    "differences": list(form.differences(stored)),
                    "form": form.against(stored["seen"], **options),
                }
                return render(request, "sessions/plan_step.html", context, status=409)
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("The plan is saved."))
            return redirect(_page(owner))
    return render(request, "sessions/plan_step.html", context, status=422 if form.errors else 200)


def _save(plan: MessagePlan, step: PlanStep | None, timing: Timing, *, seen: str, by: User) -> None:
    if step:
        change_step(step=step, timing=timing, seen=seen, by=by, now=timezone.now())
    else:
        add_step(plan=plan, timing=timing, by=by, now=timezone.now())


def _consequences(user: User, owner: Owner, timing: Timing) -> Consequences:
    return consequences_of(owner, timing, cohorts=Cohort.objects.visible_to(user), now=timezone.now())


def _owner(user: User, level: str, pk: UUID) -> Owner:
    """Whose plan it is, if she coordinates its region. Raises Http404."""
    if level == COHORT:
        return get_object_or_404(
            Cohort.objects.visible_to(user).coordinated_by(user).select_related("programme__region"), pk=pk
        )
    if level == PROGRAMME:
        return get_object_or_404(
            Programme.objects.visible_to(user).coordinated_by(user).select_related("region"), pk=pk
        )
    return get_object_or_404(Region.objects.visible_to(user).coordinated_by(user), pk=pk)


def _plan(user: User, pk: UUID) -> MessagePlan:
    """A plan that hasn't been given up. Raises Http404."""
    plans = MessagePlan.objects.visible_to(user).with_owners().prefetch_related("steps")
    return get_object_or_404(plans, pk=pk, follows=None)


def _step(user: User, pk: UUID) -> PlanStep:
    return get_object_or_404(PlanStep.objects.visible_to(user), pk=pk)


def _page(owner: Owner) -> str:
    """Where the plan of `owner` is shown."""
    return reverse(f"sessions:{owner._meta.model_name}_plan", args=[owner.pk])


def _whose(plan: Plan) -> dict[str, Any]:
    """Whose plan it is, as a sentence says it; the portal's standard is nobody's."""
    return _place(plan.owner) if plan.owner else {"owner": None, "level": ""}


def _place(owner: Owner) -> dict[str, Any]:
    """What pages about a plan say of whose it is."""
    return {"owner": owner, "level": owner._meta.model_name, "plan_url": _page(owner)}
