"""Calendar subscriptions: the address of each, and what a calendar reads there."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.models import User
from cohorts.choices import CohortStatus
from common.clock import at, local_date
from common.tokens import derive, hash_of
from participants.models import Enrolment
from sessions.calendars.icalendar import Entry, calendar_file, entry_of
from sessions.models import CalendarFeed, CohortSession
from sessions.querysets import CohortSessionQuerySet

REFRESH = timedelta(hours=1)
KEPT = relativedelta(months=3)  # what has been stays in the calendar this long

NAMES: dict[str, str | Promise] = {
    Role.COORDINATOR: gettext_lazy("The introduction programme: planning"),
    Role.MANAGER: gettext_lazy("The introduction programme: my people"),
    Role.LECTURER: gettext_lazy("The introduction programme: sessions I teach"),
    Role.PARTICIPANT: gettext_lazy("The introduction programme: my sessions"),
}
SESSIONS: dict[str, Callable[[CohortSessionQuerySet, User], CohortSessionQuerySet]] = {
    Role.COORDINATOR: CohortSessionQuerySet.coordinated_by,
    Role.MANAGER: CohortSessionQuerySet.followed_by,
    Role.LECTURER: CohortSessionQuerySet.taught_by,
    Role.PARTICIPANT: CohortSessionQuerySet.attended_by,
}


def token_of(feed: CalendarFeed) -> str:
    """The secret in the feed's address (common/tokens.py)."""
    return derive("sessions.feed", key=feed.pk, nonce=feed.nonce)


def address_of(feed: CalendarFeed) -> str:
    """The full address, or nothing if SECRET_KEY has changed since: the old address answers, but can't be shown."""
    token = token_of(feed)
    if hash_of(token) != feed.token_hash:
        return ""
    return settings.BASE_URL + reverse("sessions:feed", args=[token])


def file_of(feed: CalendarFeed, *, now: datetime) -> bytes:
    """What a calendar reads, in the owner's language: what she sees in that role, from three months ago on.

    While nothing changes, neither does a byte: the window moves once a month. Takes three queries at most.
    """
    since = at(local_date(now).replace(day=1) - KEPT, time())
    sessions: QuerySet[Any] = (
        SESSIONS[feed.role](CohortSession.objects.all(), feed.user)
        .filter(starts__gte=since)
        .select_related("cohort__programme", "module", "venue")
        .with_last_change()
        .order_by("starts", "id")
    )
    with translation.override(feed.user.language):
        adapted = _adapter(feed)
        entries = [adapted(entry_of(session, stamp=session.changed), session) for session in sessions]
        return calendar_file(entries, name=str(NAMES[feed.role]), refresh=REFRESH)


def _adapter(feed: CalendarFeed) -> Callable[[Entry, CohortSession], Entry]:
    """How an entry reads in the feed. What its owner plans or follows takes none of her time: she need not be there."""
    if feed.role == Role.COORDINATOR:
        return lambda entry, session: replace(entry, summary=_planned(entry, session), busy=False)
    if feed.role == Role.MANAGER:
        people = _people_of(feed.user)
        return lambda entry, session: replace(
            entry, summary=f"{entry.summary} ({people[session.cohort_id]})", busy=False
        )
    return lambda entry, session: entry


def _planned(entry: Entry, session: CohortSession) -> str:
    summary = f"{entry.summary} · {session.cohort.name}"
    draft = session.cohort.status == CohortStatus.DRAFT
    return _("Draft: %(session)s") % {"session": summary} if draft else summary


def _people_of(manager: User) -> dict[UUID, str]:
    """How many take part from each of her municipalities, by cohort: "3 från Lund". Names stay in the portal."""
    counts = (
        Enrolment.objects.taking_part()
        .filter(municipality__in=manager.managed_municipality_ids)
        .values_list("cohort", "municipality__name")
        .annotate(Count("pk"))
        .order_by("municipality__name")
    )
    people = defaultdict(list)
    for cohort, municipality, number in counts:
        people[cohort].append(_("%(number)d from %(municipality)s") % {"number": number, "municipality": municipality})
    return {cohort: ", ".join(parts) for cohort, parts in people.items()}
