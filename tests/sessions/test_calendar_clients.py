"""The feed as calendar programs read it: vdirsyncer fetches it from a real gunicorn, khal shows it.

And as a second parser reads it, which shares nothing with the library that writes it.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import ics
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cohorts.models import Cohort
from sessions import actions
from sessions.calendars.feeds import token_of
from sessions.calendars.icalendar import attachment, calendar_of, called_off
from sessions.models import CalendarFeed, CohortSession
from tests.factories import (
    NOW,
    CalendarFeedFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    RoleAssignmentFactory,
    VenueFactory,
    coordinator,
    local,
)
from tests.services import PATIENCE, free_port

PROGRAMS = Path(sys.executable).parent
SYNC = """
[general]
status_path = "{folder}/status/"
[pair portal]
a = "there"
b = "here"
collections = null
[storage there]
type = "http"
url = "{url}"
[storage here]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"
"""
SHOW = """
[calendars]
[[portal]]
path = {folder}/calendar/
readonly = True
[locale]
local_timezone = Europe/Stockholm
default_timezone = Europe/Stockholm
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""


@dataclass(frozen=True)
class Program:
    """Somebody's calendar program, which keeps what it reads in a folder."""

    folder: Path

    def run(self, program: str, *arguments: str) -> str:
        """Return what it says; fails with its complaints if it fails."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}
        done = subprocess.run(
            [str(PROGRAMS / program), *arguments],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            input="y\n",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def subscribe(self, url: str) -> None:
        (self.folder / "sync").write_text(SYNC.format(folder=self.folder, url=url))
        (self.folder / "show").write_text(SHOW.format(folder=self.folder))
        (self.folder / "calendar").mkdir()
        self.run("vdirsyncer", "-c", "sync", "discover", "portal")

    def shown(self) -> list[str]:
        """Read the feed again, and list what is in the calendar from now on."""
        self.run("vdirsyncer", "-c", "sync", "sync", "portal")
        line = "{start-date} {start-time}-{end-time} {title} @ {location} {status}"
        listed = self.run("khal", "-c", "show", "list", "--day-format", "", "--format", line, "today", "800d")
        return [entry.strip() for entry in listed.splitlines() if entry.strip()]


@contextmanager
def gunicorn(environment: dict[str, str], log: Path) -> Iterator[str]:
    """A server as production has it, but with an access log, that keeps Referers too; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "introprogram.wsgi", "--bind", f"127.0.0.1:{port}"]
    options = ["--access-logfile", "-", "--log-level", "debug", "--no-control-socket"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command + options, cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                urlopen(f"{address}/kakor/", timeout=PATIENCE).close()
                break
            except OSError:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def participant_of(cohort: Cohort) -> User:
    enrolment = EnrolmentFactory(cohort=cohort, participant__with_login=True)
    RoleAssignmentFactory(user=enrolment.participant.user, role=Role.PARTICIPANT, region=cohort.region)
    user: User = enrolment.participant.user
    return user


def last_sunday(year: int, month: int) -> date:
    """When the clocks are changed."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


@pytest.mark.postgresql
@pytest.mark.slow
class TestAClient:
    @pytest.fixture
    def cohort(self, transactional_db: None) -> Cohort:
        """A session on the day before and the day after each change of the clocks next year."""
        cohort: Cohort = CohortFactory()
        venue = VenueFactory(region=cohort.region, name="Örnsalen", address="Åvägen 1", town="Lund")
        modules = list(cohort.modules)
        year = timezone.localdate().year + 1
        for change in (last_sunday(year, 3), last_sunday(year, 10)):
            for day in (change - timedelta(days=1), change + timedelta(days=1)):
                CohortSessionFactory(cohort=cohort, module=modules.pop(0), day=day, venue=venue)
        return cohort

    @pytest.fixture
    def feed(self, cohort: Cohort) -> CalendarFeed:
        feed: CalendarFeed = CalendarFeedFactory(user=participant_of(cohort))
        return feed

    def test_shows_what_is_planned_moved_and_cancelled(
        self, cohort: Cohort, feed: CalendarFeed, child_environment: dict[str, str], tmp_path: Path
    ) -> None:
        program = Program(tmp_path)
        planner = coordinator(cohort.region)
        first, second, *others = cohort.sessions.order_by("starts")
        with gunicorn(child_environment, tmp_path / "server.log") as server:
            program.subscribe(server + reverse("sessions:feed", args=[token_of(feed)]))
            planned = [
                f"{session.day} 09:00-16:00 {session.module.title} @ Örnsalen, Åvägen 1, Lund CONFIRMED"
                for session in (first, second, *others)
            ]
            assert program.shown() == planned

            moved_to = second.day + timedelta(days=2)
            actions.change_session(
                session=second,
                version=second.version,
                change=actions.SessionChange(
                    starts=local(moved_to, 10),
                    ends=local(moved_to, 15),
                    venue=second.venue,
                    online_url="",
                    lecturers=[],
                ),
                by=planner,
                now=timezone.now(),
            )
            moved = f"{moved_to} 10:00-15:00 {second.module.title} @ Örnsalen, Åvägen 1, Lund CONFIRMED"
            assert program.shown() == [planned[0], moved, *planned[2:]]

            actions.cancel_session(session=first, version=first.version, by=planner, now=timezone.now())
            cancelled = f"{first.day} 09:00-16:00 Inställt: {first.module.title} @ Örnsalen, Åvägen 1, Lund CANCELLED"
            assert program.shown() == [cancelled, moved, *planned[2:]]

    def test_leaves_no_token_in_the_servers_logs(
        self, feed: CalendarFeed, child_environment: dict[str, str], tmp_path: Path
    ) -> None:
        log = tmp_path / "server.log"
        token = token_of(feed)
        with gunicorn(child_environment | {"LOG_LEVEL": "DEBUG"}, log) as server:
            url = server + reverse("sessions:feed", args=[token])
            urlopen(url, timeout=10).close()
            actions.close_feed(feed=feed, by=feed.user, now=timezone.now())
            with pytest.raises(HTTPError, match="404"):
                urlopen(url, timeout=10)
        written = log.read_text()
        assert "GET /kalender/***.ics HTTP/1.1" in written  # gunicorn's access log
        assert "Not Found: /kalender/***.ics" in written  # Django's
        assert token not in written


@pytest.mark.django_db
class TestASecondParser:
    """`ics` reads with a grammar of its own, and knows the time zone by its name."""

    @staticmethod
    def read(*sessions: CohortSession) -> list[ics.Event]:
        loaded = CohortSession.objects.filter(pk__in=[session.pk for session in sessions]).with_details()
        return sorted(ics.Calendar(calendar_of(loaded, now=NOW).decode()).events)

    @pytest.mark.parametrize(
        ("day", "utc_hour"),
        [
            (date(2026, 3, 28), 8),
            (date(2026, 3, 29), 7),
            (date(2026, 10, 24), 7),
            (date(2026, 10, 25), 8),
        ],
    )
    def test_reads_the_right_hour_on_both_sides_of_summer_time(self, day: date, utc_hour: int) -> None:
        [event] = self.read(CohortSessionFactory(starts=local(day, 9), ends=local(day, 16)))
        assert event.begin.datetime == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
        assert event.duration == timedelta(hours=7)

    def test_reads_what_and_where(self) -> None:
        session = CohortSessionFactory(information="Ät; drick, parkera\\gå\n" + "åäö" * 100, cancelled=True)
        [event] = self.read(session)
        assert event.name == f"Inställt: {session.module.title}"
        assert event.location == f"{session.venue.name}, {session.venue.address}, {session.venue.town}"
        assert event.status == "CANCELLED"
        assert session.information in event.description
        assert str(session.pk) in event.uid

    def test_reads_what_asks_one_person_and_what_calls_her_off(self) -> None:
        session = CohortSessionFactory()
        asked = attachment([session], now=NOW, left=Counter(), recipient="asa@example.org")
        [off] = called_off([session], now=NOW, left=Counter({session.pk: 1}), recipient="asa@example.org")
        calendars = [ics.Calendar(file.content.decode()) for file in (asked, off)]
        events = [calendar.events.pop() for calendar in calendars]
        assert [calendar.method for calendar in calendars] == ["REQUEST", "CANCEL"]
        assert [event.status for event in events] == ["CONFIRMED", "CANCELLED"]
        assert len({event.uid for event in events}) == 1
        assert [line.value for event in events for line in event.extra if line.name == "SEQUENCE"] == ["0", "1"]
        assert [person.email for event in events for person in event.attendees] == ["asa@example.org"] * 2
