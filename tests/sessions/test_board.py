"""The plan as a board, a month and a list: one set of sessions, told by the address."""

import gzip
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from regions.models import Region
from sessions.boards.board import Row, rows_of
from sessions.boards.selection import with_span
from sessions.boards.standing import Slot
from sessions.models import CohortSession, Lecturer, Venue
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    BlockedPeriodFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    MunicipalityFactory,
    RegionFactory,
    UnavailabilityFactory,
    VenueFactory,
    coordinator,
    manager,
)

pytestmark = pytest.mark.django_db

BOARD, MONTH, LIST, EXPORT = (reverse(f"sessions:{name}") for name in ("board", "month", "list", "export"))
YESTERDAY, COMING = TODAY - timedelta(days=1), TODAY + timedelta(days=30)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    return region


@pytest.fixture
def siv(region: Region, client: Client) -> User:
    """A coordinator of the region, logged in; she reads English."""
    user = coordinator(region, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def lena(region: Region) -> Lecturer:
    lena: Lecturer = LecturerFactory(region=region, name="Lena Lektor")
    return lena


@pytest.fixture
def hall(region: Region) -> Venue:
    hall: Venue = VenueFactory(region=region, name="Stora salen", town="Lund", seats=25)
    return hall


def plan(cohort: Cohort, *lecturers: Lecturer, **fields: Any) -> CohortSession:
    """A session that lacks nothing, unless it is given no lecturer."""
    planned: CohortSession = CohortSessionFactory(cohort=cohort, **fields)
    planned.lecturers.set(lecturers)
    return planned


def row_of(cohort: Cohort, user: User) -> Row:
    [row] = rows_of(with_span(Cohort.objects.filter(pk=cohort.pk)), user=user, now=NOW)
    return row


def cohorts_on(page: Any) -> list[Cohort]:
    return [row.cohort for row, _empty in page.context["rows"]]


def sessions_on(page: Any) -> list[CohortSession]:
    """Of the month or the list."""
    context = page.context
    if "weeks" in context:
        return [slot.session for week in context["weeks"] for day in week.days for slot in day.slots]
    return [slot.session for slot in context["slots"]]


class TestHowASessionStands:
    def test_each_stands_as_it_is(self, region: Region, siv: User, lena: Lecturer) -> None:
        cohort = CohortFactory(programme__region=region)
        EnrolmentFactory.create_batch(2, cohort=cohort)
        past = TODAY - timedelta(days=30)
        AttendanceFactory(session=plan(cohort, lena, day=past - timedelta(days=1)))
        plan(cohort, lena, day=past)
        plan(cohort, lena, day=TODAY)
        plan(cohort, lena, day=COMING)
        plan(cohort, lena, day=COMING + timedelta(days=1), venue=None)
        plan(cohort, lena, day=COMING + timedelta(days=2), venue=None, online_url="https://example.org")
        plan(cohort, lena, day=COMING + timedelta(days=3), cancelled=True)
        plan(cohort, day=COMING + timedelta(days=4))
        row = row_of(cohort, siv)
        assert [(slot.tone, slot.icon, slot.needs) for slot in row.slots] == [
            ("ok", "check", False),
            ("warning", "list-todo", True),
            ("waiting", "clock", False),
            ("neutral", "", False),
            ("warning", "map-pin", True),
            ("neutral", "", False),
            ("error", "ban", False),
            ("warning", "presentation", True),
        ]
        assert (row.seats_taken, row.seats_left) == (2, 23)

    def slot(self, planned: CohortSession, user: User) -> Slot:
        return next(slot for slot in row_of(planned.cohort, user).slots if slot.session == planned)

    def test_a_cell_says_what_clashes(
        self, client: Client, region: Region, siv: User, lena: Lecturer, hall: Venue
    ) -> None:
        mine = plan(CohortFactory(programme__region=region), LecturerFactory(region=region), day=COMING, venue=hall)
        plan(CohortFactory(programme__region=region), lena, day=COMING, venue=hall)
        assert (self.slot(mine, siv).tone, self.slot(mine, siv).icon) == ("error", "octagon-alert")
        assert client.get(BOARD).content.decode().count("Venue double-booked") == 2

    def test_the_worst_comes_first_and_the_rest_is_counted(
        self, client: Client, region: Region, siv: User, lena: Lecturer, hall: Venue
    ) -> None:
        mine = plan(CohortFactory(programme__region=region), lena, day=COMING, venue=hall)
        plan(CohortFactory(programme__region=region), lena, day=COMING, venue=hall)
        EnrolmentFactory.create_batch(26, cohort=mine.cohort)
        UnavailabilityFactory(lecturer=lena, first=COMING)
        page = client.get(BOARD).content.decode()
        assert "Lecturer double-booked and 3 more" in page
        assert "Lecturer double-booked and 2 more" in page

    def test_venue_and_lecturer_that_are_both_missing_are_both_named(
        self, client: Client, region: Region, siv: User
    ) -> None:
        plan(CohortFactory(programme__region=region), day=COMING, venue=None)
        assert "Venue and lecturer missing" in client.get(BOARD).content.decode()

    def test_what_is_over_needs_no_venue(self, region: Region, siv: User) -> None:
        held = plan(CohortFactory(programme__region=region), day=YESTERDAY, venue=None)
        assert self.slot(held, siv).icon == "minus"

    def test_an_archived_cohort_needs_nothing(self, region: Region, siv: User) -> None:
        archived = CohortFactory(programme__region=region, status=CohortStatus.ARCHIVED)
        assert not self.slot(plan(archived, day=COMING, venue=None), siv).needs


class TestBoard:
    def test_it_says_what_to_do_when_there_is_nothing(self, client: Client, siv: User) -> None:
        page = client.get(BOARD)
        assert reverse("sessions:new_cohort") in page.content.decode()
        assert page.context["rows"] == []

    def test_the_latest_cohort_comes_first_and_one_without_dates_last(
        self, client: Client, siv: User, region: Region
    ) -> None:
        undated = CohortFactory(programme__region=region)
        spring = CohortFactory(programme__region=region, sessions=date(2026, 3, 10))
        autumn = CohortFactory(programme__region=region, sessions=date(2026, 9, 8))
        assert cohorts_on(client.get(BOARD)) == [autumn, spring, undated]

    def test_what_is_not_asked_for_stands_aside_in_its_row(
        self, client: Client, siv: User, region: Region, lena: Lecturer
    ) -> None:
        cohort = CohortFactory(programme__region=region)
        hers, other = plan(cohort, lena, day=COMING), plan(cohort, day=COMING + timedelta(days=30))
        CohortFactory(programme__region=region, sessions=COMING)
        [(row, _empty)] = client.get(BOARD, {"lecturer": str(lena.pk)}).context["rows"]
        assert [(slot.session, slot.wanted) for slot in row.slots] == [(hers, True), (other, False)]

    def test_a_coordinator_who_manages_elsewhere_plans_only_her_own(self, client: Client, siv: User) -> None:
        foreign = CohortFactory(sessions=TODAY)
        manager_role = manager(MunicipalityFactory(region=foreign.region)).role_assignments.get()
        manager_role.user = siv
        manager_role.save()
        assert client.get(BOARD).context["rows"] == []
        assert sessions_on(client.get(MONTH)) == sessions_on(client.get(LIST)) == []
        assert client.get(reverse("sessions:cohort", args=[foreign.pk])).status_code == 404

    def test_a_cell_leads_to_its_session_and_to_its_form(
        self, client: Client, siv: User, region: Region, lena: Lecturer
    ) -> None:
        cohort = CohortFactory(programme__region=region, sessions=COMING)
        [(row, _empty)] = client.get(BOARD).context["rows"]
        for slot, to_page, to_form in row.cells:
            assert client.get(to_page).headers["Location"] == reverse("sessions:session", args=[slot.session.pk])
            assert client.get(to_form).headers["Location"] == reverse("sessions:edit_session", args=[slot.session.pk])
        plan(cohort, day=COMING + timedelta(days=1))  # a second time about the first module
        [(row, _empty)] = client.get(BOARD).context["rows"]
        assert [to_page for slot, to_page, _to_form in row.cells][:2] == [
            reverse("sessions:session", args=[slot.session.pk]) for slot in row.slots[:2]
        ]

    @pytest.mark.parametrize("module", ["", "x", "0", "77", "99999999999", "²"])
    def test_what_is_no_module_leads_to_the_cohort(
        self, client: Client, siv: User, region: Region, module: str
    ) -> None:
        cohort = CohortFactory(programme__region=region, sessions=COMING)
        answer = client.get(reverse("sessions:of_module", args=[cohort.pk]), {"module": module})
        assert answer.headers["Location"] == reverse("sessions:cohort", args=[cohort.pk])

    def test_what_is_over_or_cancelled_is_not_changed_on_the_board(
        self, client: Client, siv: User, region: Region, lena: Lecturer
    ) -> None:
        cohort = CohortFactory(programme__region=region)
        plan(cohort, lena, day=YESTERDAY)
        plan(cohort, lena, day=COMING, cancelled=True)
        assert "slot-change" not in client.get(BOARD).content.decode()


class TestFilter:
    """The board's rows, the month's days and the list's lines are of one set."""

    @pytest.fixture
    def spring(self, region: Region, lena: Lecturer, hall: Venue) -> CohortSession:
        cohort = CohortFactory(programme__region=region, name="Vårgruppen")
        return plan(cohort, lena, day=TODAY + timedelta(days=1), venue=hall)

    @pytest.fixture
    def autumn(self, region: Region) -> CohortSession:
        cohort = CohortFactory(programme__region=region, name="Höstgruppen", draft=True)
        first = plan(cohort, LecturerFactory(region=region), day=date(2025, 9, 8))
        AttendanceFactory(session=first)
        return plan(cohort, LecturerFactory(region=region), day=TODAY + timedelta(days=2), venue=None)

    def test_it_is_in_the_address(
        self, client: Client, siv: User, spring: CohortSession, autumn: CohortSession, lena: Lecturer, hall: Venue
    ) -> None:
        queries: list[tuple[dict[str, Any], list[CohortSession]]] = [
            ({}, [spring, autumn]),
            ({"q": "vår"}, [spring]),
            ({"status": "draft"}, [autumn]),
            ({"programme": spring.cohort.programme_id}, [spring]),
            ({"term": "2025-2"}, [autumn]),
            ({"term": "1999-1"}, [spring, autumn]),  # what isn't understood narrows nothing
            ({"lecturer": "fel"}, [spring, autumn]),
            ({"lecturer": str(lena.pk)}, [spring]),
            ({"venue": hall.pk}, [spring]),
            ({"venue": hall.pk, "lecturer": lena.pk, "term": "2026-1", "q": "Vår"}, [spring]),
            ({"venue": hall.pk, "status": "draft"}, []),
            ({"needs": "on"}, [autumn]),
            ({"q": "Finns inte"}, []),
        ]
        for query, expected in queries:
            assert set(cohorts_on(client.get(BOARD, query))) == {planned.cohort for planned in expected}, query
            assert sessions_on(client.get(MONTH, query)) == expected, query
            in_list = client.get(LIST, query)
            assert [row for row in sessions_on(in_list) if row.day > TODAY] == expected, query

    def test_links_between_the_views_keep_it(self, client: Client, siv: User, spring: CohortSession) -> None:
        page = client.get(LIST, {"q": "vår", "sort": "-date", "page": "1"}).content.decode()
        assert f'href="{BOARD}?q=v%C3%A5r"' in page
        assert f'href="{MONTH}?q=v%C3%A5r"' in page

    def test_nothing_of_another_region_is_found_or_offered(self, client: Client, siv: User, region: Region) -> None:
        CohortFactory(programme__region=region, sessions=TODAY)
        foreign = CohortFactory(name="Kanariefågel", programme__title="Kanarieprogrammet", sessions=TODAY)
        VenueFactory(region=foreign.region, name="Kanariesalen")
        LecturerFactory(region=foreign.region, name="Kanarielektorn")
        for address in (BOARD, MONTH, LIST):
            assert "Kanarie" not in client.get(address).content.decode()
        assert "Kanarie" not in str(list(sheet_of(client.get(EXPORT))))


class TestMonth:
    def test_it_opens_where_today_is_and_goes_on_from_there(self, client: Client, siv: User, region: Region) -> None:
        planned = plan(CohortFactory(programme__region=region), day=date(2026, 4, 14))
        page = client.get(MONTH)
        assert (page.context["first"], sessions_on(page)) == (date(2026, 3, 1), [])
        april = client.get(MONTH, {"month": "2026-04"})
        assert sessions_on(april) == [planned]
        assert "?month=2026-03" in april.content.decode()
        assert "?month=2026-05" in april.content.decode()

    @pytest.mark.parametrize("month", ["", "2026", "2026-13", "mars", "0001-01", "9999-12"])
    def test_what_is_no_month_is_this_month(self, client: Client, siv: User, month: str) -> None:
        assert client.get(MONTH, {"month": month}).context["first"] == date(2026, 3, 1)

    def test_weeks_are_whole_and_begin_on_mondays(self, client: Client, siv: User) -> None:
        weeks = client.get(MONTH, {"month": "2026-12"}).context["weeks"]
        days = [day.day for week in weeks for day in week.days]
        assert days == [date(2026, 11, 30) + timedelta(days=number) for number in range(35)]
        assert [week.number for week in weeks] == [49, 50, 51, 52, 53]

    def test_a_session_is_in_its_local_day(self, client: Client, siv: User, region: Region) -> None:
        late = plan(
            CohortFactory(programme__region=region),
            starts=datetime.fromisoformat("2026-03-31T23:30+02:00"),
            ends=datetime.fromisoformat("2026-03-31T23:59+02:00"),
        )
        march, april = (client.get(MONTH, {"month": month}) for month in ("2026-03", "2026-04"))
        assert (march.context["total"], april.context["total"]) == (1, 0)
        assert sessions_on(march) == sessions_on(april) == [late]  # April's first week begins on 30 March

    def test_days_that_are_kept_free_say_why(self, client: Client, siv: User, region: Region) -> None:
        BlockedPeriodFactory(region=region, first=date(2026, 5, 5), reason="Regional konferens")
        weeks = client.get(MONTH, {"month": "2026-05"}).context["weeks"]
        notes = {day.day.day: day.note for week in weeks for day in week.days if day.in_month and day.note}
        assert notes == {
            1: "May Day",
            5: "Regional konferens",
            13: "Day before a holiday",
            14: "Ascension Day",
            15: "Bridge day",
            23: "Whitsun Eve",
            24: "Whit Sunday",
        }
        off = [day.day.day for week in weeks for day in week.days if day.in_month and day.is_off]
        assert off == [1, 2, 3, 5, 9, 10, 13, 14, 15, 16, 17, 23, 24, 30, 31]

    def test_weeks_in_which_schools_are_closed_say_so(self, client: Client, siv: User, region: Region) -> None:
        Region.objects.filter(pk=region.pk).update(winter_break_week=8)
        page = client.get(MONTH, {"month": "2026-02"})
        assert [week.number for week in page.context["weeks"] if week.schools] == [8]
        assert "Week 8 is the region&#x27;s winter break." in page.content.decode()


class TestList:
    def test_it_opens_on_the_page_where_today_is(self, client: Client, siv: User, region: Region) -> None:
        cohort = CohortFactory(programme__region=region)
        for weeks in range(-60, 60):
            plan(cohort, day=TODAY + timedelta(weeks=weeks))
        page = client.get(LIST)
        assert (page.context["page"].number, page.context["page"].paginator.count) == (2, 120)
        assert TODAY in [session.day for session in sessions_on(page)]
        assert sessions_on(client.get(LIST, {"page": 1}))[0].day == TODAY - timedelta(weeks=60)

    def test_it_opens_on_its_last_page_if_all_is_over(self, client: Client, siv: User, region: Region) -> None:
        cohort = CohortFactory(programme__region=region)
        for weeks in range(1, 52):
            plan(cohort, day=TODAY - timedelta(weeks=weeks))
        assert sessions_on(client.get(LIST)) == [CohortSession.objects.latest("starts")]

    def test_headings_sort_it_and_a_second_time_the_other_way_round(
        self, client: Client, siv: User, region: Region
    ) -> None:
        a = plan(CohortFactory(programme__region=region, name="A"), day=COMING, venue=None)
        b = plan(CohortFactory(programme__region=region, name="B"), day=TODAY)
        for sort, expected in (
            ("date", [b, a]),
            ("-date", [a, b]),
            ("cohort", [a, b]),
            ("-cohort", [b, a]),
            ("venue", [b, a]),  # without a venue it comes last
            ("-venue", [b, a]),
            ("; drop table", [b, a]),
        ):
            assert sessions_on(client.get(LIST, {"sort": sort})) == expected, sort
        by_cohort = client.get(LIST, {"sort": "cohort"}).content.decode()
        assert '<th scope="col" aria-sort="ascending"><a href="?sort=-cohort">' in by_cohort
        assert by_cohort.count("aria-sort") == 1

    def test_the_spreadsheet_holds_all_that_is_wanted(
        self, client: Client, siv: User, region: Region, lena: Lecturer, hall: Venue
    ) -> None:
        cohort = CohortFactory(programme__region=region, name="=1+1", programme__title="Introduktion")
        for weeks in range(60):
            plan(cohort, lena, day=COMING + timedelta(weeks=weeks), venue=hall)
        plan(CohortFactory(programme__region=region, name="Annan"), day=COMING)
        rows = list(sheet_of(client.get(EXPORT, {"lecturer": str(lena.pk)})))
        assert len(rows) == 61
        assert rows[1] == (
            *("2026-04-09", "09:00", "16:00", "Introduktion", "=1+1", "1", "Modul 1"),
            *("Stora salen, Lund", None, "Lena Lektor", "Planned"),
        )

    def test_what_looks_like_a_formula_stays_text(self, client: Client, siv: User, region: Region) -> None:
        plan(CohortFactory(programme__region=region, name="=1+1"), day=COMING)
        cell = load_workbook(BytesIO(client.get(EXPORT).content)).worksheets[0]["E2"]
        assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", "=1+1", True)


def sheet_of(response: Any) -> Any:
    return load_workbook(BytesIO(response.content)).worksheets[0].iter_rows(values_only=True)


class TestSpeed:
    def fill(self, region: Region, cohorts: int) -> None:
        """Cohorts that clash with each other, so that all there is to be read is read."""
        hall, lena = VenueFactory(region=region, seats=0), LecturerFactory(region=region)
        UnavailabilityFactory(lecturer=lena, first=TODAY, last=TODAY + timedelta(days=200))
        for _ in range(cohorts):
            cohort = CohortFactory(programme__region=region, sessions=TODAY)
            EnrolmentFactory(cohort=cohort)
            AttendanceFactory(session=cohort.sessions.first())
            for planned in cohort.sessions.all():
                planned.lecturers.add(lena)
            cohort.sessions.update(venue=hall)

    @pytest.mark.parametrize("address", [BOARD, MONTH, LIST, f"{BOARD}?needs=on", f"{LIST}?needs=on", EXPORT])
    def test_the_number_of_queries_does_not_grow(self, client: Client, siv: User, region: Region, address: str) -> None:
        counts = []
        for more in (1, 4):
            self.fill(region, more)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 12

    def test_a_hundred_cohorts_are_sent_in_25_kilobytes(self, client: Client, siv: User, region: Region) -> None:
        programme = CohortFactory(programme__region=region).programme
        CohortFactory.create_batch(99, programme=programme)
        modules = list(programme.modules.all())
        venues = VenueFactory.create_batch(20, region=region)
        CohortSession.objects.bulk_create(
            CohortSessionFactory.build(
                cohort=cohort,
                module=module,
                day=TODAY + timedelta(days=(7 * number + 31 * step) % 400),
                venue=venues[(number + step) % 20],
            )
            for number, cohort in enumerate(Cohort.objects.all())
            for step, module in enumerate(modules)
        )
        page = client.get(BOARD)
        assert sum(len(row.slots) for row, _empty in page.context["rows"]) == 900
        assert len(gzip.compress(page.content, 6)) <= 25_000
