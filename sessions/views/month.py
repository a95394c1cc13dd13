"""Sessions in their month."""

from contextlib import suppress
from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from sessions.boards.month import days_of, month_after, weeks_of
from sessions.boards.selection import sessions_of
from sessions.boards.standing import slots_of
from sessions.clashes.advice import blocked_days
from sessions.clashes.reading import panorama_between
from sessions.rules.days import is_plannable
from sessions.views.selecting import context_of, filter_of


@requires(Permission.SEE_REGION)
@require_safe
def month(request: AuthenticatedRequest) -> HttpResponse:
    """The wanted sessions of a month, with the days that are kept free; this month unless the address says another."""
    user, now = request.user, timezone.now()
    today = timezone.localdate(now)
    first = _month_of(request.GET.get("month", "")) or today.replace(day=1)
    form = filter_of(request)
    wanted = form.wanted()
    monday, sunday = days_of(first)
    regions = user.coordinated_region_ids
    panorama = panorama_between(regions, first=monday, last=sunday, with_cohorts=True)
    chosen = set(sessions_of(user, wanted).filter(pk__in=panorama.sessions).values_list("pk", flat=True))
    sessions = [session for session in panorama.sessions.values() if session.pk in chosen]
    slots = [slot for slot in slots_of(sessions, panorama=panorama, wanted=wanted, now=now) if slot.wanted]
    context = {
        "first": first,
        "previous": month_after(first, -1),
        "next": month_after(first, 1),
        "this": today.replace(day=1),
        "total": sum((slot.session.day.year, slot.session.day.month) == (first.year, first.month) for slot in slots),
        "weeks": weeks_of(
            first,
            slots,
            today=today,
            blocked=blocked_days(regions, monday, sunday),
            winter_breaks=_winter_breaks(user),
        ),
    }
    return render(request, "sessions/month.html", context | context_of(form, panorama, "month"))


def _month_of(text: str) -> date | None:
    """The first day of a month such as "2026-03"; None if it isn't one for which anything can be planned."""
    with suppress(ValueError):
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 -- a month has no time zone
        return first if is_plannable(first) else None
    return None


def _winter_breaks(user: User) -> set[int | None]:
    regions = (role.region for role in user.roles if role.region_id in user.coordinated_region_ids)
    return {region.winter_break_week for region in regions if region}
