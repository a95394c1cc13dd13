"""Sessions as a list to sort, and to take along."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import ROWS, paginated
from common.spreadsheets import download
from sessions.boards.listing import in_order, page_of, panorama_of, slots_in, spreadsheet_of
from sessions.views.selecting import context_of, filter_of

BY_DATE = "date"


@requires(Permission.SEE_REGION)
@require_safe
def session_list(request: AuthenticatedRequest) -> HttpResponse:
    """The wanted sessions, by date unless the address says otherwise; it opens on the page where today is."""
    form, now = filter_of(request), timezone.now()
    wanted, sort = form.wanted(), request.GET.get("sort", BY_DATE)
    found = in_order(request.user, wanted, sort)
    if wanted.needs:  # only the sessions themselves tell
        panorama = panorama_of(found, user=request.user, now=now)
        slots = slots_in(panorama, found, wanted=wanted, now=now)
        page = paginated(slots, request)
        slots = list(page.object_list)
    else:
        opens_on = page_of(timezone.localdate(now), found, ROWS) if sort == BY_DATE else 1
        page = paginated(found, request, opens_on=opens_on)
        shown = list(page.object_list)
        panorama = panorama_of(shown, user=request.user, now=now)
        slots = slots_in(panorama, shown, wanted=wanted, now=now)
    context = {
        "page": page,
        "slots": slots,
        "selectable": any(slot.ahead for slot in slots),
        "sort": sort,
        "headings": _headings(sort),
    }
    return render(request, "sessions/list.html", context | context_of(form, panorama, "list"))


@requires(Permission.SEE_REGION)
@require_safe
def export(request: AuthenticatedRequest) -> HttpResponse:
    """All of the wanted sessions as an Excel file, in the order of the list."""
    form, now = filter_of(request), timezone.now()
    wanted = form.wanted()
    found = in_order(request.user, wanted, request.GET.get("sort", BY_DATE))
    panorama = panorama_of(found, user=request.user, now=now)
    return download(spreadsheet_of(slots_in(panorama, found, wanted=wanted, now=now)), _("sessions.xlsx"))


@dataclass(frozen=True)
class Heading:
    """`sort` is what its link sorts by, if it has one; `direction` its aria-sort, if the list is sorted by it."""

    label: str
    sort: str = ""
    direction: str = ""


def _headings(sort: str) -> list[Heading]:
    sortable = {"date": _("Date"), "cohort": _("Cohort"), "module": _("Module"), "venue": _("Venue")}
    return [
        *(_heading(name, label, sort) for name, label in sortable.items()),
        Heading(_("Lecturers")),
        Heading(_("Status")),
    ]


def _heading(name: str, label: str, sort: str) -> Heading:
    """Chosen a second time, it sorts the other way round."""
    if sort == name:
        return Heading(label, f"-{name}", "ascending")
    return Heading(label, name, "descending" if sort == f"-{name}" else "")
