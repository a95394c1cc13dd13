"""What a calendar reads at a subscription's address: whose sessions, and never anybody's name."""

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from accounts.choices import Role
from accounts.models import User
from participants.choices import EnrolmentStatus
from sessions import actions
from sessions.calendars.feeds import token_of
from sessions.models import CalendarFeed, CohortSession, Lecturer
from sessions.views.feed import READS_PER_HOUR, READS_PER_MINUTE
from tests.factories import (
    NOW,
    TODAY,
    CalendarFeedFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    RegionFactory,
    RoleAssignmentFactory,
    coordinator,
    lecturer,
    local,
    manager,
)
from tests.sessions.changing import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def session_called(title: str, **fields: Any) -> CohortSession:
    """A session of a module with that title, in a cohort of its own unless told otherwise."""
    session: CohortSession = CohortSessionFactory(**fields)
    programme = session.cohort.programme
    session.module = programme.modules.create(number=programme.modules.count() + 1, title=title)
    session.save()
    return session


def participant(*, session: CohortSession, **enrolment: Any) -> User:
    """Somebody who takes part in the session's cohort and can log in."""
    enrolled = EnrolmentFactory(cohort=session.cohort, participant__with_login=True, **enrolment)
    RoleAssignmentFactory(user=enrolled.participant.user, role=Role.PARTICIPANT, region=session.cohort.region)
    user: User = enrolled.participant.user
    return user


def address(user: User, role: Role) -> str:
    return reverse("sessions:feed", args=[token_of(CalendarFeedFactory(user=user, role=role))])


def read(url: str, **headers: str) -> Any:
    return Client().get(url, headers=headers)


def events(url: str) -> dict[str, Any]:
    """By title."""
    return {str(event["summary"]): event for event in Calendar.from_ical(read(url).content).walk("VEVENT")}


class TestWhatItHolds:
    def test_a_participants_are_the_sessions_of_her_cohorts_the_cancelled_too(self) -> None:
        session = session_called("Samtal med barn")
        session_called("Juridik", cohort=session.cohort, cancelled=True)
        session_called("En annan omgångs")
        found = events(address(participant(session=session), Role.PARTICIPANT))
        assert {title: str(event["status"]) for title, event in found.items()} == {
            "Samtal med barn": "CONFIRMED",
            "Inställt: Juridik": "CANCELLED",
        }

    @pytest.mark.parametrize("status", [EnrolmentStatus.WITHDRAWN, EnrolmentStatus.WAITING, EnrolmentStatus.DEFERRED])
    def test_who_does_not_take_part_has_an_empty_calendar(self, status: EnrolmentStatus) -> None:
        user = participant(session=CohortSessionFactory(), status=status)
        assert events(address(user, Role.PARTICIPANT)) == {}

    def test_who_withdraws_loses_the_sessions_at_once(self) -> None:
        user = participant(session=CohortSessionFactory())
        url = address(user, Role.PARTICIPANT)
        assert len(events(url)) == 1
        user.participants.get().enrolments.update(status=EnrolmentStatus.WITHDRAWN)
        assert events(url) == {}

    def test_a_lecturers_are_those_she_teaches(self) -> None:
        session = session_called("Hennes")
        session_called("En kollegas", cohort=session.cohort)
        user = lecturer(session.cohort.region)
        session.lecturers.add(Lecturer.objects.get(email=user.email))
        url = address(user, Role.LECTURER)
        assert set(events(url)) == {"Hennes"}
        session.lecturers.clear()
        assert events(url) == {}

    def test_a_coordinators_are_all_of_her_region_with_drafts_as_tentative(self) -> None:
        session = session_called("Samtal", cohort__name="HT 2026")
        draft = CohortFactory(programme=session.cohort.programme, name="VT 2027", draft=True)
        CohortSessionFactory(cohort=draft, module=session.module)
        CohortSessionFactory()
        found = events(address(coordinator(session.cohort.region), Role.COORDINATOR))
        assert {title: str(event["status"]) for title, event in found.items()} == {
            "Samtal · HT 2026": "CONFIRMED",
            "Utkast: Samtal · VT 2027": "TENTATIVE",
        }

    def test_drafts_are_for_coordinators_only(self) -> None:
        session = CohortSessionFactory(cohort__draft=True)
        user = lecturer(session.cohort.region)
        session.lecturers.add(Lecturer.objects.get(email=user.email))
        boss = manager(EnrolmentFactory(cohort=session.cohort).municipality)
        assert events(address(user, Role.LECTURER)) == {}
        assert events(address(boss, Role.MANAGER)) == {}

    def test_a_managers_are_those_of_her_people_and_say_how_many(self) -> None:
        session = session_called("Samtal")
        region = session.cohort.region
        lund, eslov = (MunicipalityFactory(region=region, name=name) for name in ("Lund", "Eslöv"))
        EnrolmentFactory.create_batch(3, cohort=session.cohort, municipality=lund)
        EnrolmentFactory(cohort=session.cohort, municipality=lund, waiting=True)
        EnrolmentFactory(cohort=session.cohort, municipality=eslov)
        CohortSessionFactory(cohort=CohortFactory(programme=session.cohort.programme), module=session.module)
        boss = manager(lund)
        url = address(boss, Role.MANAGER)
        assert set(events(url)) == {"Samtal (3 från Lund)"}
        RoleAssignmentFactory(user=boss, role=Role.MANAGER, municipality=eslov)
        assert set(events(url)) == {"Samtal (1 från Eslöv, 3 från Lund)"}

    def test_a_role_shows_nothing_of_another_that_she_has(self) -> None:
        session = session_called("Hennes egen")
        session_called("En annan omgångs", cohort__programme=session.cohort.programme)
        user = participant(session=session)
        RoleAssignmentFactory(user=user, role=Role.COORDINATOR, region=session.cohort.region)
        assert set(events(address(user, Role.PARTICIPANT))) == {"Hennes egen"}

    def test_it_takes_nobodys_time_but_theirs_who_are_there(self) -> None:
        session = CohortSessionFactory()
        user = participant(session=session)
        boss = manager(user.participants.get().enrolments.get().municipality)
        [hers] = events(address(user, Role.PARTICIPANT)).values()
        [followed] = events(address(boss, Role.MANAGER)).values()
        assert (hers["transp"], followed["transp"]) == ("OPAQUE", "TRANSPARENT")

    def test_it_speaks_its_owners_language(self) -> None:
        user = participant(session=session_called("Samtal", cancelled=True))
        url = address(user, Role.PARTICIPANT)
        swedish = Calendar.from_ical(read(url).content)
        User.objects.filter(pk=user.pk).update(language="en")
        english = Calendar.from_ical(read(url).content)
        assert (swedish["x-wr-calname"], english["x-wr-calname"]) == (
            "Introduktionsprogrammet: mina tillfällen",
            "The introduction programme: my sessions",
        )
        assert swedish["name"] == swedish["x-wr-calname"]
        assert "Cancelled: Samtal" in {str(event["summary"]) for event in english.walk("VEVENT")}

    @pytest.mark.parametrize(("day", "there"), [(date(2025, 11, 30), False), (date(2025, 12, 1), True)])
    def test_it_goes_back_to_the_first_of_the_month_three_months_ago(self, day: date, there: bool) -> None:
        session = CohortSessionFactory(day=day)
        assert bool(events(address(participant(session=session), Role.PARTICIPANT))) is there

    def test_it_tells_the_day_and_how_to_join(self) -> None:
        session = CohortSessionFactory(
            venue=None, online_url="https://example.org/mote", information="Lunch ingår.\r\nParkera vid torget."
        )
        [event] = events(address(participant(session=session), Role.PARTICIPANT)).values()
        assert str(event["description"]).splitlines() == [
            f"{session.cohort.programme.title}, {session.cohort.name}",
            "Digitalt: https://example.org/mote",
            "Lunch ingår.",
            "Parkera vid torget.",
            f"Mer om tillfället: {event['url']}",
        ]


class TestNobodysName:
    """Canaries: planted in a name, a municipality and a region that the reader has no part in."""

    @pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.MANAGER, Role.LECTURER, Role.COORDINATOR])
    def test_is_in_any_feed(self, role: Role) -> None:
        canaries = ("kanarie", "papegoj", "hemligt", "undulat")
        session = CohortSessionFactory()
        region = session.cohort.region
        own = MunicipalityFactory(region=region)
        neighbour = MunicipalityFactory(region=region, name="Papegojköping")
        user = participant(session=session, municipality=own)
        EnrolmentFactory(cohort=session.cohort, municipality=own, participant__last_name="Kanariesson")
        EnrolmentFactory(cohort=session.cohort, municipality=neighbour, participant__first_name="Undulata")
        teacher = lecturer(region, first_name="Undulat", last_name="Papegojsson")
        session.lecturers.add(Lecturer.objects.get(email=teacher.email))
        foreign = session_called("Hemligt", cohort__name="Hemligt", venue__name="Hemligt", information="Hemligt")
        EnrolmentFactory(cohort=foreign.cohort, participant__last_name="Kanariesson")
        readers = {
            Role.PARTICIPANT: user,
            Role.MANAGER: manager(own),
            Role.LECTURER: teacher,
            Role.COORDINATOR: coordinator(region),
        }
        content = read(address(readers[role], role)).content.decode().replace("\r\n ", "").casefold()
        assert content.count("begin:vevent") == 1
        assert [canary for canary in canaries if canary in content] == []


class TestItsAddress:
    @pytest.fixture
    def feed(self) -> CalendarFeed:
        user = participant(session=CohortSessionFactory())
        feed: CalendarFeed = CalendarFeedFactory(user=user)
        return feed

    @staticmethod
    def status(feed: CalendarFeed) -> int:
        status: int = read(reverse("sessions:feed", args=[token_of(feed)])).status_code
        return status

    def test_answers_without_a_log_in(self, feed: CalendarFeed) -> None:
        response = read(reverse("sessions:feed", args=[token_of(feed)]))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Cache-Control"] == "private, max-age=300"
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response.cookies == {}

    def test_that_nobody_has_got_is_not_found(self) -> None:
        assert read(reverse("sessions:feed", args=["A" * 22])).status_code == HTTPStatus.NOT_FOUND

    def test_stops_at_once_when_it_is_turned_off(self, feed: CalendarFeed) -> None:
        assert self.status(feed) == HTTPStatus.OK
        actions.close_feed(feed=feed, by=feed.user, now=NOW)
        assert self.status(feed) == HTTPStatus.NOT_FOUND

    def test_stops_at_once_when_there_is_a_new_one(self, feed: CalendarFeed) -> None:
        renewed = actions.renew_feed(feed=feed, by=feed.user, now=NOW)
        assert self.status(feed) == HTTPStatus.NOT_FOUND
        assert self.status(renewed) == HTTPStatus.OK

    def test_stops_with_the_role(self, feed: CalendarFeed) -> None:
        feed.user.role_assignments.all().delete()
        RoleAssignmentFactory(user=feed.user, role=Role.COORDINATOR, region=RegionFactory())
        assert self.status(feed) == HTTPStatus.NOT_FOUND

    def test_stops_with_the_account(self, feed: CalendarFeed) -> None:
        User.objects.filter(pk=feed.user_id).update(is_active=False)
        assert self.status(feed) == HTTPStatus.NOT_FOUND

    def test_is_for_reading(self, feed: CalendarFeed) -> None:
        url = reverse("sessions:feed", args=[token_of(feed)])
        answers = [getattr(Client(), method)(url).status_code for method in ("post", "put", "delete", "options")]
        assert answers == [HTTPStatus.METHOD_NOT_ALLOWED] * 4
        assert Client().head(url).status_code == HTTPStatus.OK

    def test_is_not_in_the_database(self, feed: CalendarFeed) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM course_sessions_calendarfeed")
            assert token_of(feed) not in str(cursor.fetchall())


class TestReadAgain:
    @pytest.fixture
    def url(self) -> str:
        return address(participant(session=CohortSessionFactory()), Role.PARTICIPANT)

    def test_what_has_not_changed_is_the_same_to_the_byte(self, url: str) -> None:
        first = read(url)
        with time_machine.travel(NOW + timedelta(days=9), tick=False):
            again = read(url)
            assert (again.content, again["ETag"]) == (first.content, first["ETag"])
            unchanged = read(url, if_none_match=first["ETag"])
        assert (unchanged.status_code, unchanged.content) == (HTTPStatus.NOT_MODIFIED, b"")

    @pytest.mark.parametrize(
        "change",
        [
            lambda session: CohortSession.objects.update(starts=local(TODAY, 8)),
            lambda session: CohortSession.objects.update(information="Ta med dator."),
            lambda session: CohortSession.objects.update(status="cancelled", revision=2),
            lambda session: type(session.venue).objects.update(name="Lilla salen"),
            lambda session: type(session.module).objects.update(title="Nytt namn"),
        ],
        ids=["moved", "told more", "cancelled", "venue renamed", "module renamed"],
    )
    def test_what_has_changed_is_sent(self, url: str, change: Callable[[CohortSession], Any]) -> None:
        etag = read(url)["ETag"]
        change(CohortSession.objects.get())
        assert read(url, if_none_match=etag).status_code == HTTPStatus.OK

    def test_a_session_keeps_its_name_and_rises_in_sequence(self, url: str) -> None:
        [before] = events(url).values()
        CohortSession.objects.update(revision=3, starts=local(TODAY, 8))
        [after] = events(url).values()
        assert before["uid"] == after["uid"]
        assert (before["sequence"], after["sequence"]) == (0, 2)

    def test_it_says_when_a_session_was_last_changed(self) -> None:
        world, later = World(), NOW + timedelta(days=2)
        url = address(coordinator(world.cohort.region), Role.COORDINATOR)
        world.move(now=later)
        moved, other = events(url).values()
        assert moved["last-modified"].dt == moved["dtstamp"].dt == later
        assert other["last-modified"].dt == other["dtstamp"].dt < later

    def test_one_feed_is_read_a_limited_number_of_times_an_hour(self, url: str) -> None:
        answers = {read(url).status_code for _ in range(READS_PER_HOUR)}
        late = read(url)
        assert answers == {HTTPStatus.OK}
        assert (late.status_code, late["Retry-After"]) == (HTTPStatus.TOO_MANY_REQUESTS, "3600")
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            assert read(url).status_code == HTTPStatus.OK

    def test_one_address_guesses_a_limited_number_of_times_a_minute(self) -> None:
        guesses = [f"{number:022}" for number in range(READS_PER_MINUTE + 1)]
        answers = [read(reverse("sessions:feed", args=[guess])).status_code for guess in guesses]
        assert answers == [HTTPStatus.NOT_FOUND] * READS_PER_MINUTE + [HTTPStatus.TOO_MANY_REQUESTS]


class TestEffort:
    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER])
    def test_queries_do_not_grow_with_the_sessions(self, role: Role) -> None:
        def count(url: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert read(url).status_code == HTTPStatus.OK
            return len(queries)

        session = CohortSessionFactory()
        municipality = EnrolmentFactory(cohort=session.cohort).municipality
        users = {Role.COORDINATOR: coordinator(session.cohort.region), Role.MANAGER: manager(municipality)}
        url = address(users[role], role)
        few = count(url)
        for _ in range(4):
            more = CohortFactory(programme=session.cohort.programme, sessions=TODAY)
            EnrolmentFactory.create_batch(2, cohort=more, municipality=municipality)
        assert count(url) == few <= 5
