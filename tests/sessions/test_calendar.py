"""Calendar files, read back as a calendar would read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from sessions.calendar import calendar_of
from sessions.models import CohortSession
from tests.factories import (
    NOW,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
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


class TestDownload:
    def test_who_may_see_a_session_may_download_it(self, client: Client) -> None:
        session = CohortSessionFactory()
        client.force_login(coordinator(session.cohort.region))
        response = client.get(reverse("sessions:calendar", args=[session.pk]))
        assert response["Content-Type"].startswith("text/calendar")
        assert response["Content-Disposition"] == 'attachment; filename="session.ics"'

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
