"""Where enrolling begins: unfinished drafts, and the cohorts to enrol in."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from cohorts.models import Programme
from participants.choices import EnrolmentStatus
from participants.enrolling.choosing import choices_for
from participants.models import EnrolmentDraft
from participants.views.inbox import applications_of
from participants.views.offers import open_offers_to


@dataclass(frozen=True)
class DraftLine:
    """An unfinished enrolment; `has_closed`: its cohort takes no more applications from the user."""

    draft: EnrolmentDraft
    has_closed: bool


@requires(Permission.ENROL)
@require_safe
def choose(request: AuthenticatedRequest) -> HttpResponse:
    """What the user has begun, and cohorts with their dates and the seats that are left for her municipalities.

    From here one comes to what waits for an answer: a coordinator to applications, a manager to offered seats.
    """
    choices = choices_for(request.user, now=timezone.now())
    context: dict[str, object] = {
        "drafts": _drafts(request.user, {choice.cohort.pk for choice in choices if choice.may_enrol}),
        "open": [choice for choice in choices if choice.may_enrol and not choice.is_over],
        "over": [choice for choice in choices if choice.is_over],
        "coming": [choice for choice in choices if not choice.may_enrol],
    }
    if request.user.coordinated_region_ids:
        context["to_approve"] = applications_of(request.user).filter(status=EnrolmentStatus.APPLIED).count()
        context["approves"] = _approves(request.user)
    else:
        context["offers"] = open_offers_to(request.user).count()
    return render(request, "participants/choose.html", context)


def _drafts(user: User, open_cohorts: Collection[UUID]) -> list[DraftLine]:
    drafts = EnrolmentDraft.objects.visible_to(user).unsent().select_related("cohort")
    return [
        DraftLine(draft, has_closed=draft.cohort_id is not None and draft.cohort_id not in open_cohorts)
        for draft in drafts
    ]


def _approves(user: User) -> bool:
    """Whether the applications for any programme that `user` coordinates are approved."""
    return Programme.objects.visible_to(user).coordinated_by(user).filter(needs_approval=True).exists()
