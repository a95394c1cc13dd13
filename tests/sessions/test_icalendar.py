"""Calendar files, read back as a calendar would read them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from pytest_django import Settings

from common.clock import STOCKHOLM
from sessions.calendars.icalendar import attachment, calendar_of, swedish_time
from sessions.models import CohortSession
from tests.factories import (
    NOW,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    ParticipantFactory,
    coordinator,
    local,
)

pytestmark = pytest.mark.django_db


def read(*sessions: CohortSession) -> Calendar:
    loaded = CohortSession.objects.filter(pk__in=[session.pk for session in sessions]).with_details()
    return Calendar.from_ical(calendar_of(loaded, now=NOW))


def event_of(session: CohortSession) -> dict[str, object]:
    [event] = read(session).walk("VEVENT")
    return event


def test_a_session_says_what_when_and_where() -> None:
    session = CohortSessionFactory(venue__name="Stora salen", venue__address="Exempelgatan 1", venue__town="Lund")
    event = event_of(session)
    assert event["summary"] == session.module.title
    assert event["location"] == "Stora salen, Exempelgatan 1, Lund"
    assert event["dtstart"].dt == session.starts
    assert event["status"] == "CONFIRMED"
    assert str(event["url"]).endswith(reverse("sessions:session", args=[session.pk]))


@pytest.mark.parametrize("odd", ["\r", "\v", "\f", "\x1c", "\x85", "\u2028"])
def test_a_text_that_was_pasted_begins_no_line_of_its_own(odd: str) -> None:
    """Some calendars end a line at any of these: what comes after would be read as a property."""
    session = CohortSessionFactory(information=f"Lunch{odd}ATTENDEE:mailto:annan@example.org\x07")
    lines = calendar_of(CohortSession.objects.with_details(), now=NOW).decode().splitlines()
    assert not [line for line in lines if line.startswith("ATTENDEE")]
    assert all(line.isprintable() for line in lines)
    assert "Lunch\nATTENDEE:mailto:annan@example.org\n" in str(event_of(session)["description"])


def test_an_online_session_has_its_link_for_a_place() -> None:
    session = CohortSessionFactory(venue=None, online_url="https://example.org/mote")
    event = event_of(session)
    assert event["location"] == "https://example.org/mote"
    assert "https://example.org/mote" in str(event["description"])


def test_its_name_is_for_ever_and_its_sequence_follows_the_revision() -> None:
    session = CohortSessionFactory()
    before = event_of(session)
    session.revision = 3
    session.save()
    after = event_of(session)
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 2)


def test_a_cancelled_session_stays_as_cancelled() -> None:
    assert event_of(CohortSessionFactory(cancelled=True))["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 3, 28), 8),  # the day before summer time
        (date(2026, 3, 29), 7),  # the night the clock goes forward
        (date(2026, 10, 24), 7),
        (date(2026, 10, 25), 8),  # the night it goes back
    ],
)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_summer_time(day: date, utc_hour: int) -> None:
    session = CohortSessionFactory(starts=local(day, 9), ends=local(day, 16))
    start = event_of(session)["dtstart"]
    assert start.params["TZID"] == "Europe/Stockholm"
    assert start.dt == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
    assert start.dt.astimezone(ZoneInfo("Europe/Stockholm")).hour == 9


def test_the_time_zone_is_explained_in_the_file() -> None:
    calendar = read(CohortSessionFactory())
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Stockholm"]
    assert calendar["method"] == "PUBLISH"


def test_swedish_letters_and_long_lines_survive() -> None:
    session = CohortSessionFactory()
    session.module.title = "Handledning, hot och våld; återhämtning och avslut " + "ö" * 60
    session.module.save()
    assert event_of(session)["summary"] == session.module.title


def test_a_cancelled_session_says_so_in_its_title_and_takes_no_time() -> None:
    session = CohortSessionFactory(cancelled=True)
    event = event_of(session)
    assert (event["summary"], event["transp"]) == (f"Inställt: {session.module.title}", "TRANSPARENT")


def test_a_session_of_a_draft_is_tentative() -> None:
    assert event_of(CohortSessionFactory(cohort__draft=True))["status"] == "TENTATIVE"


def test_no_lecturer_is_named() -> None:
    session = CohortSessionFactory()
    session.lecturers.add(LecturerFactory(region=session.cohort.region, name="Lena Kanariesson"))
    assert b"Kanariesson" not in read(session).to_ical()


def test_lines_are_folded_between_letters_and_texts_are_escaped() -> None:
    session = CohortSessionFactory(information="Ät; drick, parkera\\gå\n" + "åäö" * 100)
    content = calendar_of([session], now=NOW)
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75  # octets: RFC 5545, section 3.1
    assert [line.decode() for line in lines]  # no letter is cut in two
    assert r"\nÄt\; drick\, parkera\\gå\n".encode() in content.replace(b"\r\n ", b"")
    assert session.information in str(event_of(session)["description"])


@pytest.mark.parametrize("year", [1997, 2026, 2037, 2038, 2060])
def test_the_time_zone_is_right_in_any_year(year: int) -> None:
    """Read with dateutil's eyes, hour by hour through the year."""
    zone = tzical(StringIO(swedish_time().to_ical().decode())).get("Europe/Stockholm")
    first = datetime(year, 1, 1, tzinfo=UTC)
    hours = [first + timedelta(hours=hour) for hour in range(365 * 24)]
    wrong = [hour for hour in hours if hour.astimezone(zone).utcoffset() != hour.astimezone(STOCKHOLM).utcoffset()]
    assert wrong == []


class TestInvitation:
    """What goes with a message to one person (RFC 5546)."""

    @staticmethod
    def sent(*sessions: CohortSession, recipient: str = "asa@example.org") -> tuple[str, Calendar]:
        loaded = CohortSession.objects.filter(pk__in=[session.pk for session in sessions]).with_details()
        file = attachment(loaded, now=NOW, recipient=recipient, left=Counter())
        return file.content_type.rpartition("method=")[2], Calendar.from_ical(file.content)

    def test_asks_her_and_nobody_else_to_a_session(self) -> None:
        method, calendar = self.sent(CohortSessionFactory())
        [event] = calendar.walk("VEVENT")
        assert method == calendar["method"] == "REQUEST"
        assert event["attendee"] == "mailto:asa@example.org"
        assert event["attendee"].params["RSVP"] == "FALSE"

    def test_comes_from_who_sends_the_mail(self, settings: Settings) -> None:
        settings.DEFAULT_FROM_EMAIL = "Introprogrammet <no-reply@intro.example.org>"
        [event] = self.sent(CohortSessionFactory())[1].walk("VEVENT")
        assert event["organizer"] == "mailto:no-reply@intro.example.org"
        assert event["organizer"].params["CN"] == "Introprogrammet"

    def test_follows_a_session_that_is_moved_and_called_off(self) -> None:
        session = CohortSessionFactory()
        asked = self.sent(session)
        CohortSession.objects.update(revision=2, starts=local(date(2026, 3, 31), 8))
        moved = self.sent(session)
        CohortSession.objects.update(revision=3, status="cancelled")
        cancelled = self.sent(session)
        events = [calendar.walk("VEVENT")[0] for _, calendar in (asked, moved, cancelled)]
        assert [method for method, _ in (asked, moved, cancelled)] == ["REQUEST", "REQUEST", "CANCEL"]
        assert len({str(event["uid"]) for event in events}) == 1
        assert [event["sequence"] for event in events] == [0, 1, 2]
        assert events[2]["status"] == "CANCELLED"

    def test_several_sessions_are_published_since_a_request_has_one(self) -> None:
        method, calendar = self.sent(CohortSessionFactory(), CohortSessionFactory())
        assert method == calendar["method"] == "PUBLISH"
        assert not [event for event in calendar.walk("VEVENT") if "attendee" in event]

    def test_without_a_recipient_it_is_published(self) -> None:
        assert self.sent(CohortSessionFactory(), recipient="")[0] == "PUBLISH"


class TestDownload:
    def test_who_may_see_a_session_may_download_it(self, client: Client) -> None:
        session = CohortSessionFactory()
        client.force_login(coordinator(session.cohort.region))
        response = client.get(reverse("sessions:calendar", args=[session.pk]))
        assert response["Content-Type"].startswith("text/calendar")
        assert response["Content-Disposition"] == 'attachment; filename="tillfalle.ics"'

    def test_a_participant_downloads_all_of_her_cohort(self, client: Client) -> None:
        cohort = CohortFactory(sessions=date(2026, 4, 14))
        enrolment = EnrolmentFactory(
            cohort=cohort, participant=ParticipantFactory(region=cohort.region, with_login=True)
        )
        client.force_login(enrolment.participant.user)
        response = client.get(reverse("sessions:cohort_calendar", args=[cohort.pk]))
        assert len(Calendar.from_ical(response.content).walk("VEVENT")) == 9

    def test_for_others_there_is_nothing(self, client: Client) -> None:
        session = CohortSessionFactory()
        client.force_login(coordinator(CohortFactory().region))
        assert client.get(reverse("sessions:calendar", args=[session.pk])).status_code == 404
        assert client.get(reverse("sessions:cohort_calendar", args=[session.cohort_id])).status_code == 404
