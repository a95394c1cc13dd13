"""Letting someone else take over a seat."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.assessment import Assessment, assess_substitute
from participants.changing import first_day
from participants.details import PersonDetails
from participants.exceptions import EnrolmentRefused
from participants.forms.candidates import CandidatesForm
from participants.forms.facts import FactsForm
from participants.forms.substitute import SubstituteForm
from participants.models import Enrolment
from participants.rules.changes import refusal_to_substitute
from participants.views.enrolment import load_enrolment


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Who takes over; on POST she does, unless something is still to be answered: then the page asks that too."""
    shown, now = load_enrolment(request, pk), timezone.now()
    today = timezone.localdate(now)
    sent = request.POST if request.method == "POST" else None
    workplace = {"unit": shown.employment.unit, "title": shown.employment.title}
    form = SubstituteForm(
        sent, initial=workplace, municipalities={shown.municipality_id: shown.municipality}, today=today
    )
    facts = FactsForm(sent, rules=shown.cohort.programme.eligibility_rules.all(), today=today)
    context: dict[str, Any] = {
        "enrolment": shown,
        "form": form,
        "facts": facts,
        "candidates": CandidatesForm(candidates=()),
        "asked": False,
        "is_refused": False,
        "refusal": refusal_to_substitute(shown.status, starts=first_day(shown.cohort, now=now), today=today),
    }
    if sent and not context["refusal"] and form.is_valid() & facts.is_valid():
        person = replace(form.person(), **facts.stated())
        try:
            assessment = assess_substitute(shown, person, by=request.user, now=now)
            context |= _questions(assessment, sent if _is_asked(sent) else None)
            if decided := _decided(assessment, form, context["candidates"]):
                new = _substitute(request, shown, decided, form, now)
                return redirect("participants:enrolment", new.pk)
        except EnrolmentRefused as refused:
            form.add_error("email", refused.reason)
            context["is_refused"] = True
    return render(request, "participants/substitute.html", context, status=422 if sent else 200)


def _substitute(
    request: AuthenticatedRequest, shown: Enrolment, person: PersonDetails, form: SubstituteForm, now: datetime
) -> Enrolment:
    reason = form.cleaned_data["reason"]
    new = actions.substitute(enrolment=shown, person=person, by=request.user, now=now, reason=reason)
    names = {"new": new.participant, "old": shown.participant}
    messages.success(request, _("%(new)s has taken over the seat of %(old)s.") % names)
    return new


def _is_asked(sent: Any) -> bool:
    """Whether the page that was sent asked what only an assessment brings up."""
    return "asked" in sent


def _questions(assessment: Assessment, sent: Any) -> dict[str, Any]:
    """What the assessment leaves open: whether she is someone registered, and what the rules warn about."""
    return {
        "person": assessment.person,
        "candidates": CandidatesForm(sent, candidates=assessment.candidates),
        "warnings": assessment.warnings,
        "asked": bool(assessment.candidates or assessment.warnings),
    }


def _decided(assessment: Assessment, form: SubstituteForm, candidates: CandidatesForm) -> PersonDetails | None:
    """The person with every answer, or None while one is missing. Raises EnrolmentRefused."""
    if assessment.refusal:
        raise EnrolmentRefused(assessment.refusal)
    accepts = form.cleaned_data["accepts_warnings"]
    if assessment.candidates and not candidates.is_valid():
        return None
    if assessment.warnings and not accepts:
        if candidates.is_bound:
            form.add_error("accepts_warnings", form.fields["accepts_warnings"].error_messages["required"])
        return None
    person = replace(assessment.person, accepts_warnings=accepts)
    return candidates.decided(person) if assessment.candidates else person
