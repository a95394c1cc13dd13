"""Recording that someone works with another municipality."""

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
from participants.assessment import municipalities_for
from participants.changing import is_under_way
from participants.exceptions import EnrolmentRefused
from participants.forms.transfer import TransferForm
from participants.models import Enrolment
from participants.rules.changes import refusal_to_follow
from participants.views.enrolment import load_enrolment


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The new workplace, with what follows from it; on POST the person and all that is under way moves there."""
    shown, now = load_enrolment(request, pk), timezone.now()
    refusal = refusal_to_follow(under_way=is_under_way(shown, now=now))
    places = municipalities_for(request.user, shown.cohort)
    places.pop(shown.municipality_id, None)
    form = TransferForm(
        request.POST if request.method == "POST" else None,
        initial={name: request.GET.get(name) for name in TransferForm.base_fields},
        municipalities=places,
        today=timezone.localdate(now),
    )
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            actions.transfer(
                participant=shown.participant,
                to=form.workplace(),
                by=request.user,
                now=now,
                beyond=form.cleaned_data["beyond"],
                reason=form.cleaned_data["reason"],
            )
        except EnrolmentRefused as refused:
            form.add_error(None, refused.reason)
        else:
            text = _("%(name)s works with %(municipality)s now. The managers of both municipalities are told.")
            names = {"name": shown.participant, "municipality": form.workplace().municipality}
            messages.success(request, text % names)
            return redirect("participants:enrolment", shown.pk)
    under_way = Enrolment.objects.visible_to(request.user).under_way(now=now).filter(participant=shown.participant)
    context = {
        "enrolment": shown,
        "form": form,
        "refusal": refusal,
        "under_way": under_way.select_related("cohort").order_by("applied"),
    }
    is_refused = bool(form.errors) or (refusal and request.method == "POST")
    return render(request, "participants/transfer.html", context, status=422 if is_refused else 200)
