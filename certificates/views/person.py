"""One person: her programmes, and what has happened."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from certificates.choices import TimelineKind
from certificates.overview import rows_for
from certificates.people.timeline import timeline_of
from certificates.rules.timeline import by_month
from common.pages import ROWS, paginated
from participants.models import Enrolment, Offer, Participant
from participants.periods import address_for
from participants.querysets import EnrolmentQuerySet


@requires(Permission.ENROL)
@require_safe
def person(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Where she works, and each programme with its modules and certificates."""
    participant = _load(request, pk)
    enrolments = Enrolment.objects.visible_to(request.user).filter(participant=participant)
    context = {
        "rows": rows_for(_with_offers(enrolments, request.user), user=request.user, now=timezone.now()),
        "may_issue": request.user.may(Permission.ISSUE_CERTIFICATES),
    }
    return render(request, "certificates/person.html", _head(request, participant, "programmes") | context)


@requires(Permission.ENROL)
@require_safe
def timeline(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What has happened, month by month, all of it or of one kind."""
    participant = _load(request, pk)
    entries = timeline_of(participant, user=request.user)
    kinds = [kind for kind in TimelineKind if any(entry.kind == kind for entry in entries)]
    kind = next((kind for kind in kinds if kind == request.GET.get("kind")), None)
    page = paginated([entry for entry in entries if kind in (None, entry.kind)], request, ROWS)
    context = {"page": page, "months": list(by_month(page.object_list)), "kinds": kinds, "kind": kind}
    return render(request, "certificates/timeline.html", _head(request, participant, "timeline") | context)


def _with_offers(enrolments: EnrolmentQuerySet, user: User) -> QuerySet[Enrolment]:
    """The latest first, with `expires`: when the open offer does."""
    offer = Offer.objects.visible_to(user).open().filter(enrolment=OuterRef("pk"))
    found = enrolments.with_people().select_related("programme").order_by("-applied")
    return found.annotate(expires=Subquery(offer.values("expires")[:1]))


def _load(request: AuthenticatedRequest, pk: UUID) -> Participant:
    """The person with her employments, the latest first, of which only some `may_be_seen`: in two queries."""
    found = Participant.objects.visible_to(request.user).with_employments_as(request.user)
    return get_object_or_404(found.select_related("region", "user"), pk=pk)


def _head(request: AuthenticatedRequest, participant: Participant, tab: str) -> dict[str, Any]:
    """What stands above either page. `current` is the employment that lasts, if the reader may know of it."""
    rows: Any = participant.employments.all()
    employments = [row for row in rows if row.may_be_seen]
    today = timezone.localdate()
    return {
        "participant": participant,
        "address": address_for(request.user, participant),
        "employments": employments,
        "current": next((row for row in employments if row.ends is None or row.ends >= today), None),
        "has_logged_in": participant.user is not None and participant.user.last_login is not None,
        "tab": tab,
    }
