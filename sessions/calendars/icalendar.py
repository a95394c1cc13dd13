"""Sessions as iCalendar files (RFC 5545), which calendars keep up to date by UID and SEQUENCE."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vRecur,
    vText,
)

from cohorts.choices import CohortStatus
from common.clock import STOCKHOLM
from messaging.kinds import Attachment
from sessions.models import CohortSession

CONTENT_TYPE = "text/calendar; charset=utf-8"
# What the file wants of a calendar (RFC 5546): take these in; this is you asked to; this is you asked to no more.
PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
END = b"END:VCALENDAR\r\n"
CONTROL_CHARACTERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Entry:
    """What a calendar is told about one session, in the reader's language. Times are aware.

    It is a value: whoever reads the same about a session shares the lines that it becomes.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts: datetime
    ends: datetime
    summary: str
    status: str
    url: str
    location: str
    description: str
    busy: bool = True
    attendee: str = ""


def entry_of(session: CohortSession, *, stamp: datetime, left: int = 0) -> Entry:
    """The entry of `session`, which is loaded with cohort, programme, module and venue.

    A session keeps its UID for ever. SEQUENCE rises with its revision, and with each time that the reader `left` it:
    what calls her off is newer than what asked her, and who comes back is asked later (DTSTAMP; RFC 5546, 2.1.5).
    Lecturers are left out: no calendar holds another person's name.
    """
    url = page_url(session)
    lines = [
        f"{session.cohort.programme.title}, {session.cohort.name}",
        _("Online: %(link)s") % {"link": session.online_url} if session.online_url else "",
        _plain(session.information),
        _("About the session: %(link)s") % {"link": url},
    ]
    cancelled, title = session.is_cancelled, session.module.title
    return Entry(
        uid=f"{session.pk}@{urlsplit(settings.BASE_URL).hostname}",
        sequence=session.revision - 1 + left,
        stamp=stamp,
        starts=session.starts.astimezone(STOCKHOLM),
        ends=session.ends.astimezone(STOCKHOLM),
        # Not every calendar shows the status (Outlook doesn't).
        summary=_("Cancelled: %(session)s") % {"session": title} if cancelled else title,
        status=_status(session),
        url=url,
        location=_location(session),
        description="\n".join(filter(None, lines)),
        busy=not cancelled,
    )


def calendar_file(
    entries: Iterable[Entry], *, method: str = "", name: str = "", refresh: timedelta | None = None
) -> bytes:
    """Return an iCalendar file of `entries`.

    Times are Swedish wall-clock times with their VTIMEZONE, so that they stay right when a calendar shows another
    zone. Without a `method` it is a snapshot (RFC 5545, 3.7.2), which a calendar that subscribes reads again after
    `refresh` and shows under `name`.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Introprogram//Sessions//SV")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("name", name)  # RFC 7986, and what calendars read before it
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", STOCKHOLM.key)
    if refresh:
        calendar.add("refresh-interval", vDuration(refresh), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(refresh))
    calendar.add_component(swedish_time())
    return bytes(calendar.to_ical().removesuffix(END) + b"".join(_lines(entry, method) for entry in entries) + END)


def calendar_of(sessions: Iterable[CohortSession], *, now: datetime) -> bytes:
    """Return `sessions`, loaded with_details, as a file to take into a calendar once.

    A cancelled one stays in it as cancelled, for a calendar that already has it would otherwise keep it.
    """
    return calendar_file([entry_of(session, stamp=now) for session in sessions], method=PUBLISH)


def attachment(
    sessions: Iterable[CohortSession], *, now: datetime, left: Counter[UUID], recipient: str = ""
) -> Attachment:
    """Sessions as a file to send with a message to `recipient`, an address; `left` is how often she left each.

    One session is asked to (REQUEST) or called off (CANCEL), which calendars follow by themselves; several can't be
    (RFC 5546 wants one UID), so they are published.
    """
    entries = [entry_of(session, stamp=now, left=left[session.pk]) for session in sessions]
    method = PUBLISH
    if recipient and len(entries) == 1:
        method = CANCEL if entries[0].status == "CANCELLED" else REQUEST
        entries = [replace(entries[0], attendee=recipient)]
    filename = _("session.ics") if len(entries) == 1 else _("sessions.ics")
    return _attached(entries, filename=filename, method=method)


def called_off(
    sessions: Iterable[CohortSession], *, now: datetime, left: Counter[UUID], recipient: str
) -> list[Attachment]:
    """Sessions that are held without `recipient` from now on, as files that take them out of her calendar.

    One file each: a CANCEL has one UID.
    """
    hers = [entry_of(session, stamp=now, left=left[session.pk]) for session in sessions]
    entries = [replace(entry, status="CANCELLED", busy=False, attendee=recipient) for entry in hers]
    return [
        _attached([entry], filename=_("called-off-session-%(number)d.ics") % {"number": number}, method=CANCEL)
        for number, entry in enumerate(entries, start=1)
    ]


def page_url(session: CohortSession) -> str:
    """The full address of the session's page."""
    return settings.BASE_URL + reverse("sessions:session", args=[session.pk])


def short_url(session: CohortSession) -> str:
    """The same in few letters."""
    return settings.BASE_URL + reverse("sessions:short_session", args=[session.pk])


def swedish_time() -> Timezone:
    """Europe/Stockholm by the rule in force since 1996, without an end: on the last Sundays of March and October.

    A table of changes, which icalendar would add, ends somewhere. If the rule changes, so does this.
    """
    zone = Timezone()
    zone.add("tzid", STOCKHOLM.key)
    winter, summer = timedelta(hours=1), timedelta(hours=2)
    changes: Sequence[tuple[type[TimezoneStandard | TimezoneDaylight], str, datetime, timedelta, timedelta]] = (
        (TimezoneDaylight, "CEST", datetime(1996, 3, 31, 2), winter, summer),  # noqa: DTZ001  # local by definition
        (TimezoneStandard, "CET", datetime(1996, 10, 27, 3), summer, winter),  # noqa: DTZ001
    )
    for kind, name, first, before, after in changes:
        change = kind()
        change.add("dtstart", first)
        change.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": "-1SU"}))
        change.add("tzoffsetfrom", before)
        change.add("tzoffsetto", after)
        change.add("tzname", name)
        zone.add_component(change)
    return zone


def _attached(entries: Iterable[Entry], *, filename: str, method: str) -> Attachment:
    return Attachment(
        filename=filename,
        content=calendar_file(entries, method=method),
        content_type=f"{CONTENT_TYPE}; method={method}",
    )


def _plain(text: str) -> str:
    """`text` with line breaks of one kind and no other control characters: some calendars refuse a whole file for one.

    They come along when a text is pasted from a presentation.
    """
    return CONTROL_CHARACTERS.sub("", "\n".join(text.splitlines()))


def _status(session: CohortSession) -> str:
    if session.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if session.cohort.status == CohortStatus.DRAFT else "CONFIRMED"


def _location(session: CohortSession) -> str:
    return session.venue.in_full if session.venue else session.online_url


@lru_cache(maxsize=4096)
def _lines(entry: Entry, method: str) -> bytes:
    """The VEVENT of an entry, folded and escaped: most of the work, and the same for all who take part."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    event.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    event.add("url", entry.url)
    if entry.location:
        event.add("location", entry.location)
    event.add("description", entry.description)
    if method:
        event.add("organizer", _organizer())
    else:
        event.add("last-modified", entry.stamp)
    if entry.attendee:
        event.add("attendee", _attendee(entry.attendee))
    return bytes(event.to_ical())


def _organizer() -> vCalAddress:
    """The portal itself: whoever sends the mail must be who asks (RFC 6047), and answers are wanted by nobody."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    if name:
        organizer.params["CN"] = vText(name)
    return organizer


def _attendee(address: str) -> vCalAddress:
    """She has her seat already: she isn't asked whether she comes."""
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    return attendee
