"""Enrolling one person, a question a page. Every page saves what was typed, right or wrong."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.enrolling.drafting import Drafting, Step, drafting_of, typed
from participants.views.person import load_cohort

CHECKING = "check"  # in the query of a step that one has come to from the check page, and returns to it from
TEMPLATES = {
    Step.WHO: "participants/step_who.html",
    Step.WORKPLACE: "participants/step_workplace.html",
    Step.COHORT: "participants/step_cohort.html",
    Step.FACTS: "participants/step_facts.html",
    Step.NEEDS: "participants/step_needs.html",
}


def load_drafting(request: AuthenticatedRequest, pk: UUID) -> Drafting:
    """The user's draft, or one that she begins; 404 if it is someone else's."""
    drafting = drafting_of(request.user, pk, now=timezone.now())
    if drafting is None:
        raise Http404
    if drafting.draft.created is None and (cohort := _uuid(request.GET.get("cohort"))):
        drafting.draft.cohort = load_cohort(request, cohort)
    return drafting


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AuthenticatedRequest, pk: UUID, of: str) -> HttpResponse:
    """One step. htmx saves while one types; the button saves, and goes on if the answers are right."""
    drafting, asked = load_drafting(request, pk), Step(of)
    if drafting.draft.enrolment_id:
        return redirect("participants:enrolment", drafting.draft.enrolment_id)
    if asked not in drafting.steps:
        return redirect("participants:check", pk)
    form = drafting.form(asked, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        is_right = form.is_valid()
        cohort = form.chosen() if is_right and asked == Step.COHORT else None
        draft = actions.save_draft(
            draft=drafting.draft,
            answers={} if asked == Step.COHORT else typed(form),
            cohort=cohort,
            by=request.user,
            now=drafting.now,
        )
        if request.htmx:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        if is_right:
            following = None if CHECKING in request.GET else drafting.with_saved(draft).after(asked)
            return redirect(f"participants:{following or 'check'}", pk)
    context = {
        "drafting": drafting,
        "draft": drafting.draft,
        "cohort": drafting.cohort,
        "form": form,
        "back_url": _back(request, drafting, asked),
    }
    return render(request, TEMPLATES[asked], context, status=422 if form.errors else 200)


def _back(request: AuthenticatedRequest, drafting: Drafting, asked: Step) -> str:
    """Where the link back leads: to the answers, to the step before, or to where it all begins."""
    if CHECKING in request.GET:
        return reverse("participants:check", args=[drafting.draft.pk])
    before = drafting.before(asked)
    return reverse(f"participants:{before}", args=[drafting.draft.pk]) if before else reverse("participants:enrol")


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value or "")
    except ValueError:
        return None
