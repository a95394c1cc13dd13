"""Enrolling one person: the form, and checking the answers before they count."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from participants import actions
from participants.assessment import assess, check_cohort, municipalities_for
from participants.choices import ACTIVE, EnrolmentStatus
from participants.details import PersonDetails
from participants.exceptions import EnrolmentRefused
from participants.forms.candidates import CandidatesForm
from participants.forms.person import PersonForm
from participants.models import Enrolment


def load_cohort(request: AuthenticatedRequest, pk: UUID) -> Cohort:
    """The published cohort in which the user may want to enrol; 404 if it isn't hers to see."""
    cohorts = Cohort.objects.visible_to(request.user).published().select_related("programme__region")
    return get_object_or_404(cohorts, pk=pk)


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_one(request: AuthenticatedRequest, cohort: UUID) -> HttpResponse:
    """The form. What is typed waits in the log-in session until it has been checked."""
    chosen = load_cohort(request, cohort)
    now = timezone.now()
    try:
        check_cohort(chosen, by=request.user, now=now)
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
        return redirect("participants:enrol")
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        initial=request.session.get(_key(chosen)) or _workplace_of_last(request),
        municipalities=municipalities_for(request.user, chosen),
        today=timezone.localdate(now),
    )
    if request.method == "POST" and form.is_valid():
        person = form.details()
        [assessment] = assess(chosen, [person], by=request.user, now=now)
        if assessment.refusal:
            form.add_error("email", assessment.refusal)
        else:
            request.session[_key(chosen)] = person.as_json()
            return redirect("participants:check", chosen.pk)
    context = {"cohort": chosen, "form": form}
    return render(request, "participants/enrol_one.html", context, status=422 if form.errors else 200)


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: AuthenticatedRequest, cohort: UUID) -> HttpResponse:
    """The answers, and whether they lead to a seat or to the waiting list; sending them enrols."""
    chosen = load_cohort(request, cohort)
    now = timezone.now()
    person = _person_in_session(request, chosen)
    if person is None:
        return redirect("participants:enrol_one", chosen.pk)
    try:
        [assessment] = assess(chosen, [person], by=request.user, now=now)
        if assessment.refusal:
            raise EnrolmentRefused(assessment.refusal)
        form = CandidatesForm(request.POST if request.method == "POST" else None, candidates=assessment.candidates)
        if request.method == "POST" and form.is_valid():
            person = form.decided(person)
            enrolment = actions.enrol(cohort=chosen, person=person, by=request.user, now=now)
            request.session.pop(_key(chosen))
            return redirect(reverse("participants:enrolment", args=[enrolment.pk]) + "?new=1")
    except EnrolmentRefused as refused:
        return _refused(request, chosen, person, refused)
    context = {
        "cohort": chosen,
        "rows": _rows(chosen, person),
        "waiting": assessment.status == EnrolmentStatus.WAITING,
        "person": person,
        "form": form,
    }
    return render(request, "participants/check.html", context, status=422 if form.errors else 200)


def _refused(
    request: AuthenticatedRequest, cohort: Cohort, person: PersonDetails, refused: EnrolmentRefused
) -> HttpResponse:
    """After a double click the person is enrolled already: show that; else back to the answers with the reason."""
    enrolment = (
        Enrolment.objects.visible_to(request.user)
        .filter(Q(participant__email__iexact=person.email) | Q(participant=person.same_as))
        .filter(cohort=cohort, status__in=ACTIVE)
        .first()
    )
    if enrolment:
        request.session.pop(_key(cohort), None)
        return redirect("participants:enrolment", enrolment.pk)
    messages.error(request, refused.reason)
    return redirect("participants:enrol_one", cohort.pk)


def _key(cohort: Cohort) -> str:
    return f"enrolment-in-{cohort.pk}"


def _person_in_session(request: AuthenticatedRequest, cohort: Cohort) -> PersonDetails | None:
    data = request.session.get(_key(cohort))
    try:
        return PersonDetails.from_json(data, municipalities_for(request.user, cohort)) if data else None
    except KeyError:  # the municipality is no longer hers
        return None


def _workplace_of_last(request: AuthenticatedRequest) -> dict[str, Any]:
    """Unit and job title of the last person whom the user enrolled: probably those of the next."""
    last = (
        Enrolment.objects.visible_to(request.user)
        .filter(manager=request.user)
        .select_related("employment")
        .order_by("-applied")
        .first()
    )
    return {"unit": last.employment.unit, "title": last.employment.title} if last else {}


def _rows(cohort: Cohort, person: PersonDetails) -> list[dict[str, str]]:
    form = reverse("participants:enrol_one", args=[cohort.pk])
    return [
        {
            "label": _("Cohort"),
            "value": f"{cohort.name}, {cohort.programme}",
            "change_url": reverse("participants:enrol"),
        },
        {"label": _("First name"), "value": person.first_name, "change_url": f"{form}#id_first_name"},
        {"label": _("Last name"), "value": person.last_name, "change_url": f"{form}#id_last_name"},
        {"label": _("Work e-mail"), "value": person.email, "change_url": f"{form}#id_email"},
        {"label": _("Municipality"), "value": str(person.municipality), "change_url": ""},
        {"label": _("Unit"), "value": person.unit, "change_url": f"{form}#id_unit"},
        {"label": _("Job title"), "value": person.title, "change_url": f"{form}#id_title"},
        {
            "label": _("Employed from"),
            "value": date_format(person.employed_from),
            "change_url": f"{form}#id_employed_from",
        },
    ]
