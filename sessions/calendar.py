"""Sessions as iCalendar files (RFC 5545), which calendars keep up to date by UID and SEQUENCE."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from common.clock import STOCKHOLM
from messaging.kinds import Attachment
from sessions.models import CohortSession

CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


def calendar_of(sessions: Iterable[CohortSession], *, now: datetime) -> bytes:
    """Return an iCalendar file of `sessions`, loaded with_details.

    Times are Swedish wall-clock times with their VTIMEZONE, so that they stay right when a calendar shows another
    zone. A session keeps its UID for ever; a cancelled one stays in the file as cancelled, for a calendar that
    already has it would otherwise keep it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Introprogram//Sessions//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for session in sessions:
        calendar.add_component(_event(session, now=now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def attachment(sessions: Iterable[CohortSession], *, filename: str, now: datetime) -> Attachment:
    """The same as a file to send with a message."""
    return Attachment(filename=filename, content=calendar_of(sessions, now=now), content_type=CONTENT_TYPE)


def page_url(session: CohortSession) -> str:
    """The full address of the session's page."""
    return settings.BASE_URL + reverse("sessions:session", args=[session.pk])


def _event(session: CohortSession, *, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{session.pk}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", session.revision - 1)
    event.add("dtstamp", now)
    event.add("dtstart", session.starts.astimezone(STOCKHOLM))
    event.add("dtend", session.ends.astimezone(STOCKHOLM))
    event.add("summary", session.module.title)
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    event.add("url", page_url(session))
    if session.venue:
        event.add("location", f"{session.venue.name}, {session.venue.address}, {session.venue.town}")
    elif session.online_url:
        event.add("location", session.online_url)
    lines = [f"{session.cohort.programme.title}, {session.cohort.name}"]
    if session.online_url:
        lines.append(_("Online: %(link)s") % {"link": session.online_url})
    event.add("description", "\n".join(lines))
    return event
