"""The wanted sessions in a line: in the order asked for, a page of them at a time, or all of them in a spreadsheet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common.clock import STOCKHOLM, local_date
from common.spreadsheets import xlsx
from sessions.boards.selection import Wanted, sessions_of
from sessions.boards.standing import Slot, slots_of
from sessions.clashes.calendar import Calendar
from sessions.clashes.reading import panorama_between

# By what the address says; a minus before it turns the order round.
ORDERS = {
    "date": ("starts",),
    "cohort": ("cohort__name", "starts"),
    "module": ("module__number", "module__title", "starts"),
    "venue": ("venue__town", "venue__name", "starts"),
}


def in_order(user: User, wanted: Wanted, sort: str) -> list[tuple[UUID, datetime]]:
    """The wanted sessions, but for `wanted.needs`, as (id, start) in the order `sort`: by date if it is none."""
    fields = ORDERS.get(sort.removeprefix("-"), ORDERS["date"])
    if sort.startswith("-"):
        order = [F(name).desc(nulls_last=True) for name in fields]
    else:
        order = [F(name).asc(nulls_last=True) for name in fields]
    return list(sessions_of(user, wanted).order_by(*order, "pk").values_list("pk", "starts"))


def panorama_of(sessions: Collection[tuple[UUID, datetime]], *, user: User, now: datetime) -> Calendar:
    """What is booked from the first of `sessions` to the last."""
    days = [local_date(starts) for _pk, starts in sessions] or [local_date(now)]
    return panorama_between(user.coordinated_region_ids, first=min(days), last=max(days), with_cohorts=True)


def slots_in(
    panorama: Calendar, sessions: Collection[tuple[UUID, datetime]], *, wanted: Wanted, now: datetime
) -> list[Slot]:
    """A cell for each of `sessions`, for which `panorama` has been read, in their order; without what isn't wanted."""
    chosen = (panorama.sessions[pk] for pk, _starts in sessions)
    return [slot for slot in slots_of(chosen, panorama=panorama, wanted=wanted, now=now) if slot.wanted]


def page_of(today: date, sessions: Sequence[tuple[UUID, datetime]], size: int) -> int:
    """The page, counted from one, with the first of `sessions`, which are in order of time, from `today` on."""
    past = sum(local_date(starts) < today for _pk, starts in sessions)
    return min(past, max(len(sessions) - 1, 0)) // size + 1


def spreadsheet_of(slots: Collection[Slot]) -> bytes:
    """An Excel file of sessions, a row for each."""
    headings = [
        *(_("Date"), _("From"), _("To"), _("Programme"), _("Cohort"), _("Module"), pgettext("programme", "Title")),
        *(_("Venue"), _("Online link"), _("Lecturers"), _("Status")),
    ]
    return xlsx(_("Sessions"), headings, (list(_cells(slot)) for slot in slots))


def _cells(slot: Slot) -> Iterator[str]:
    session = slot.session
    starts, ends = session.starts.astimezone(STOCKHOLM), session.ends.astimezone(STOCKHOLM)
    yield from (f"{starts:%Y-%m-%d}", time_format(starts), time_format(ends))
    yield from (session.cohort.programme.title, session.cohort.name)
    yield from (str(session.module.number), session.module.title)
    yield from (str(session.venue or ""), session.online_url)
    yield ", ".join(lecturer.name for lecturer in slot.lecturers)
    yield slot.text if slot.icon else _("Planned")
