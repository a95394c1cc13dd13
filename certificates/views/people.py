"""People and how far they have come: a coordinator's region, a manager's own staff."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates.forms import PeopleFilter
from certificates.people.everyone import everyone
from certificates.people.listing import shown, spreadsheet_of
from certificates.people.tasks import KINDS, cards_of
from common.pages import FEW_ROWS, paginated
from common.spreadsheets import download


@requires(Permission.ENROL)
@require_safe
def people(request: AuthenticatedRequest) -> HttpResponse:
    """The list: an enrolment a row, searchable and filtered; above it what is to be done, and about how many."""
    form, now = _filter_of(request), timezone.now()
    page = paginated(form.lines(), request, FEW_ROWS)
    need = form.wanted["need"]
    context = {
        "form": form,
        "page": page,
        "rows": shown(page.object_list, form.people, user=request.user, now=now),
        "filtered": form.narrows,
        "cards": cards_of(form.people),
        "kind": KINDS[need] if need else None,
    }
    return render(request, "certificates/people.html", context)


@requires(Permission.ENROL)
@require_safe
def people_file(request: AuthenticatedRequest) -> HttpResponse:
    """All whom the list would show, as an Excel file."""
    form, now = _filter_of(request), timezone.now()
    found = shown(form.lines(), form.people, user=request.user, now=now)
    return download(spreadsheet_of(found), _("participants.xlsx"))


def _filter_of(request: AuthenticatedRequest) -> PeopleFilter:
    people = everyone(request.user, now=timezone.now(), order=request.GET.get("order", ""))
    return PeopleFilter(request.GET, user=request.user, people=people)
