"""People who may be registered twice."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import FEW_ROWS, paginated
from participants import actions
from participants.choices import Likeness
from participants.duplicates.pairs import possible_duplicates, with_what_tells_them_apart
from participants.exceptions import EnrolmentRefused
from participants.models import Merge, Participant

NEWEST = 10  # merges that are shown, to be undone


@dataclass(frozen=True)
class Row:
    """A pair as the list shows it."""

    one: Participant
    other: Participant
    why: Likeness

    @property
    def both(self) -> tuple[Participant, Participant]:
        return self.one, self.other


def load_person(request: AuthenticatedRequest, pk: UUID) -> Participant:
    """A person of the regions that the user coordinates; 404 for anyone else, and for who has been merged."""
    people = Participant.objects.visible_to(request.user).coordinated_by(request.user)
    return get_object_or_404(with_what_tells_them_apart(people), pk=pk)


def uuid_or_404(text: str | None) -> UUID:
    """The key that a form or an address names; what is none leads nowhere."""
    try:
        return UUID(text or "")
    except ValueError as error:
        raise Http404 from error


@requires(Permission.MERGE_PEOPLE)
@require_safe
def duplicates(request: AuthenticatedRequest) -> HttpResponse:
    """Pairs that look like one person, the likeliest first, and what was merged last."""
    page = paginated(possible_duplicates(request.user), request, FEW_ROWS)
    keys = {key for pair in page.object_list for key in (pair.one, pair.other)}
    people = with_what_tells_them_apart(
        Participant.objects.visible_to(request.user).coordinated_by(request.user)
    ).in_bulk(keys)
    context = {
        "page": page,
        "rows": [Row(people[pair.one], people[pair.other], pair.why) for pair in page.object_list],
        "merges": Merge.objects.visible_to(request.user).standing().with_people()[:NEWEST],
    }
    return render(request, "participants/duplicates.html", context)


@requires(Permission.MERGE_PEOPLE)
@require_POST
def tell_apart(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Remember that a person isn't the `other` who looks like her."""
    one = load_person(request, pk)
    other = load_person(request, uuid_or_404(request.POST.get("other")))
    try:
        actions.tell_apart(one=one, other=other, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    else:
        names = {"one": one.full_name, "other": other.full_name}
        messages.success(request, _("%(one)s and %(other)s are not shown as one again.") % names)
    return redirect("participants:duplicates")
