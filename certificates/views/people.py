"""People and how far they have come: a coordinator's region, a manager's own staff."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates.forms import PeopleFilter
from certificates.people.documents import notices_of
from certificates.people.everyone import everyone
from certificates.people.listing import in_need, most_pressing_first, shown, spreadsheet_of
from certificates.people.tasks import KINDS, cards_of, places_of
from cohorts.models import Cohort
from common.pages import FEW_ROWS, paginated
from common.spreadsheets import download


@requires(Permission.ENROL)
@require_safe
def people(request: AuthenticatedRequest) -> HttpResponse:
    """The list: an enrolment a row, searchable and filtered; above it what is to be done, and about how many."""
    form, now = _filter_of(request), timezone.now()
    people, need = form.people, form.wanted["need"]
    context = {
        "form": form,
        "filtered": form.narrows,
        "many": len(people.lines) > FEW_ROWS,
        "cards": cards_of(people),
        "kind": KINDS[need] if need else None,
    }
    if not request.user.coordinated_region_ids:
        cohorts = Cohort.objects.visible_to(request.user).open_for_application(today=timezone.localdate(now))
        context["closing"] = cohorts.select_related("programme").order_by("applications_close", "name", "pk")
    if need:
        places = places_of(form.lines(), people, now=now)
        page = paginated(most_pressing_first(form.lines(), people, places=places), request, FEW_ROWS)
        rows: Any = in_need(page.object_list, need, user=request.user, places=places, now=now)
    else:
        page = paginated(form.lines(), request, FEW_ROWS)
        rows = shown(page.object_list, people, user=request.user, now=now)
    return render(request, "certificates/people.html", context | {"page": page, "rows": rows})


@requires(Permission.ENROL)
@require_safe
def needs(request: AuthenticatedRequest) -> HttpResponse:
    """The part of a page that says how many need what: the overview asks for it when it is there."""
    now = timezone.now()
    cards = [*notices_of(request.user, now=now), *cards_of(everyone(request.user, now=now))]
    return render(request, "certificates/_cards.html", {"cards": cards, "kind": None, "alone": True})


@requires(Permission.ENROL)
@require_safe
def people_file(request: AuthenticatedRequest) -> HttpResponse:
    """All whom the list would show, as an Excel file."""
    form, now = _filter_of(request), timezone.now()
    found = shown(form.lines(), form.people, user=request.user, now=now)
    return download(spreadsheet_of(found, user=request.user), _("participants.xlsx"))


def _filter_of(request: AuthenticatedRequest) -> PeopleFilter:
    order, words = (request.GET.get(name, "") for name in ("order", "q"))
    people = everyone(request.user, now=timezone.now(), order=order, words=words)
    return PeopleFilter(request.GET, people=people)
