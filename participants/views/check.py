"""The answers of a draft, and what will become of them; sending them enrols."""

from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.assessment import Assessment, assess
from participants.choices import NEEDS
from participants.details import PersonDetails, facts_in_words
from participants.enrolling.drafting import Answers, Drafting, Step
from participants.exceptions import EnrolmentRefused, OutcomeChanged
from participants.forms.candidates import CandidatesForm
from participants.forms.enrol import ConfirmForm
from participants.models import Enrolment
from participants.views.steps import CHECKING, load_drafting

Row = dict[str, str]


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Whether the answers lead to a seat, the waiting list or approval, before anything is confirmed.

    What was confirmed is what happens: if it has changed meanwhile, the page is shown again with that (409).
    """
    drafting = load_drafting(request, pk)
    if drafting.draft.enrolment_id:
        return redirect(_confirmation(drafting.draft.enrolment_id))
    answers = drafting.answers
    if answers is None:
        return redirect(f"participants:{drafting.unfinished}", pk)
    try:
        assessment = _assess(drafting, answers)
    except EnrolmentRefused:  # the cohort takes no more applications, as the page where another is chosen says
        return redirect("participants:which_cohort", pk)
    form, status = _unsent(assessment), HTTPStatus.OK
    sent = request.POST if request.method == "POST" and not assessment.refusal else None
    candidates = CandidatesForm(sent, candidates=assessment.candidates)
    if sent is not None:
        form, status = ConfirmForm(sent, warns=bool(assessment.warnings)), HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid() and candidates.is_valid():
            person = replace(
                candidates.decided(answers.person), accepts_warnings=form.cleaned_data.get("accepts_warnings", False)
            )
            try:
                return redirect(_confirmation(_send(drafting, answers, person, seen=form.cleaned_data["seen"]).pk))
            except OutcomeChanged:
                assessment = _assess(drafting, answers)
                form, status = _unsent(assessment), HTTPStatus.CONFLICT
            except EnrolmentRefused as refused:
                form.add_error(None, refused.reason)
    context = {
        "draft": drafting.draft,
        "cohort": answers.cohort,
        "assessment": assessment,
        "person": answers.person,
        "form": form,
        "candidates": candidates,
        "has_changed": status == HTTPStatus.CONFLICT,
        "rows": _rows(drafting, answers),
    }
    return render(request, "participants/check.html", context, status=status)


def _assess(drafting: Drafting, answers: Answers) -> Assessment:
    [assessment] = assess(answers.cohort, [answers.person], by=drafting.user, now=drafting.now)
    return assessment


def _unsent(assessment: Assessment) -> ConfirmForm:
    return ConfirmForm(initial={"seen": assessment.fingerprint}, warns=bool(assessment.warnings))


def _send(drafting: Drafting, answers: Answers, person: PersonDetails, *, seen: str) -> Enrolment:
    """Enrol as confirmed. Raises EnrolmentRefused."""
    return actions.send_draft(
        draft=drafting.draft,
        cohort=answers.cohort,
        person=person,
        needs=answers.needs,
        seen=seen,
        by=drafting.user,
        now=drafting.now,
    )


def _confirmation(enrolment: UUID) -> str:
    return reverse("participants:enrolment", args=[enrolment]) + "?new=1"


def _rows(drafting: Drafting, answers: Answers) -> list[Row]:
    """Every answer, with a link to where it can be changed, which leads back here."""
    person = answers.person
    labels = dict(NEEDS)
    several = len(drafting.municipalities) > 1
    shown = [
        (_("First name"), person.first_name, Step.WHO, "first_name"),
        (_("Last name"), person.last_name, Step.WHO, "last_name"),
        (_("Work e-mail"), person.email, Step.WHO, "email"),
        (_("Municipality"), str(person.municipality), Step.WORKPLACE if several else None, "municipality"),
        (_("Unit"), person.unit, Step.WORKPLACE, "unit"),
        (_("Job title"), person.title, Step.WORKPLACE, "title"),
        (_("Employed from"), date_format(person.employed_from), Step.WORKPLACE, "employed_from"),
        (_("Cohort"), f"{answers.cohort.name}, {answers.cohort.programme}", Step.COHORT, ""),
        (_("Needs"), ", ".join(str(labels[kind]) for kind in answers.needs) or _("None stated"), Step.NEEDS, ""),
    ]
    facts = [(label, fact, Step.FACTS, "") for label, fact in facts_in_words(person).items()]
    return [
        {"label": label, "value": value, "change_url": _change_url(drafting, step, field) if step else ""}
        for label, value, step, field in [*shown[:-1], *facts, shown[-1]]
    ]


def _change_url(drafting: Drafting, step: Step, field: str) -> str:
    page = reverse(f"participants:{step}", args=[drafting.draft.pk])
    return f"{page}?{CHECKING}#id_{field}" if field else f"{page}?{CHECKING}"
