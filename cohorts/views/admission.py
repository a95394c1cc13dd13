"""How people get into a programme: whether applications are approved, and who is eligible."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.actions import Eligibility, change_eligibility
from cohorts.choices import Fact
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused
from cohorts.forms.eligibility import EligibilityForm
from cohorts.models import EligibilityRule
from cohorts.rules import eligibility_in_words
from cohorts.views.found import programme_of


class Asked(NamedTuple):
    """A fact that can be asked for, what is said of it, in words too, and where that is changed."""

    fact: Fact
    rule: EligibilityRule | None
    words: str
    change_url: str


@requires(Permission.SEE_REGION)
@require_safe
def admission(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Both, in words; each fact that can be asked for with what follows from it."""
    found = programme_of(request.user, pk)
    stored = {rule.fact: rule for rule in found.eligibility_rules.all()}
    facts = [
        Asked(
            fact,
            stored.get(fact),
            str(stored.get(fact) or eligibility_in_words(fact, "")),
            reverse(f"cohorts:eligibility_{fact}", args=[pk]),
        )
        for fact in Fact
    ]
    return render(request, "cohorts/admission.html", {"programme": found, "facts": facts})


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def eligibility(request: AuthenticatedRequest, pk: UUID, fact: Fact) -> HttpResponse:
    """Change what follows from one fact. A POST says it in words, and with `save` saves.

    Who was second sees both versions (409) and decides.
    """
    found = programme_of(request.user, pk)
    stored = Eligibility.of(found, fact)
    answers = request.POST if request.method == "POST" else None
    form = EligibilityForm(answers, initial=EligibilityForm.initial_of(stored), fact=fact)
    status, differences = 200, None
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif "save" in request.POST:
        try:
            change_eligibility(
                programme=found,
                fact=fact,
                eligibility=form.eligibility(),
                seen=form.cleaned_data["seen"],
                by=request.user,
                now=timezone.now(),
            )
        except ChangedMeanwhile:
            stored = Eligibility.of(found, fact)
            status, differences = 409, list(form.differences(vars(stored)))
            form = form.against(stored.fingerprint, fact=fact)
        except ProgrammeRefused as refused:
            form.add_error(None, refused.reason)
            status = 422
        else:
            messages.success(request, _("The rule is saved. It holds for those who are enrolled from now on."))
            return redirect("cohorts:admission", pk)
    context = {"programme": found, "fact": fact, "form": form, "differences": differences}
    return render(request, "cohorts/eligibility.html", context, status=status)
