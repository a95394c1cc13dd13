"""What people need: one's own, and the totals of a cohort."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from cohorts.models import Cohort
from participants import actions
from participants.exceptions import EnrolmentRefused
from participants.forms.needs import NeedsForm
from participants.models import Enrolment, Need
from participants.needing import kept_until, totals_of


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def my_needs(request: AuthenticatedRequest) -> HttpResponse:
    """What the participant needs wherever she is enrolled now, to be changed by herself."""
    enrolments = list(
        Enrolment.objects.visible_to(request.user)
        .filter(participant__user=request.user)
        .active()
        .select_related("cohort__programme__region")
    )
    stated = Need.objects.visible_to(request.user).filter(enrolment__in=enrolments).values_list("kind", flat=True)
    form = NeedsForm(request.POST if request.method == "POST" else None, initial=NeedsForm.initial_of(list(stated)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.state_needs(enrolments=enrolments, kinds=form.kinds(), by=request.user, now=timezone.now())
        except EnrolmentRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _("What you need has been saved."))
        return redirect("participants:my_needs")
    context = {"form": form, "kept": kept_until([enrolment.cohort for enrolment in enrolments])}
    return render(request, "participants/my_needs.html", context, status=422 if form.errors else 200)


@requires(Permission.SEE_REGION)
@require_safe
def needs(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """How many need what in a cohort, to be printed for a kitchen. Without names."""
    cohorts = Cohort.objects.visible_to(request.user).coordinated_by(request.user).select_related("programme__region")
    cohort = get_object_or_404(cohorts, pk=pk)
    context = {"cohort": cohort, "totals": totals_of(cohort), "today": timezone.localdate()}
    return render(request, "participants/needs.html", context)
