"""Proposing dates for a new cohort around everything that is booked, and after an earlier one."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cohorts.choices import CohortStatus
from cohorts.models import Cohort, Module, Programme
from regions.models import Region
from sessions.models import CohortSession
from sessions.rules.days import written
from tests.factories import (
    BlockedPeriodFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    MaterialFactory,
    MunicipalityFactory,
    ProgrammeFactory,
    RegionFactory,
    RoleAssignmentFactory,
    SeatAllocationFactory,
    UnavailabilityFactory,
    VenueFactory,
    coordinator,
    local,
    next_year,
)
from tests.regions.test_settings import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory(winter_break_week=8)
    return region


@pytest.fixture
def siv(region: Region, client: Client) -> User:
    """A coordinator of the region, logged in."""
    user = coordinator(region)
    client.force_login(user)
    return user


@pytest.fixture
def programme(region: Region) -> Programme:
    programme: Programme = ProgrammeFactory(region=region, modules=3)
    return programme


SEPTEMBER, OCTOBER, NOVEMBER = (next_year(month, 1, 2) for month in (9, 10, 11))


def dates_url(programme: Programme, **changes: object) -> str:
    answers = {
        "programme": programme.pk,
        "rhythm": "month",
        "first": SEPTEMBER,
        "weeks": 4,
        "starts": "09:00",
        "capacity": 25,
    }
    return reverse("sessions:propose_dates", query=answers | changes)


def table_of(page: Any, **changes: object) -> dict[str, object]:
    """What the browser sends back of the table on `page`."""
    formset = page.context["table"]
    data: dict[str, object] = {"session-TOTAL_FORMS": len(formset.forms), "session-INITIAL_FORMS": len(formset.forms)}
    for form in formset:
        for bound in form:
            data[bound.html_name] = bound.value() or ""
    return data | changes


def proposed(page: Any) -> list[date]:
    return [suggestion.proposal.day for suggestion in page.context["plan"].suggestions]


@pytest.mark.usefixtures("siv")
class TestRhythms:
    def test_a_weekday_of_the_month_can_be_chosen(self, client: Client, programme: Programme) -> None:
        page = client.get(dates_url(programme, nth=3, weekday=3))
        assert [(day.weekday(), (day.day - 1) // 7 + 1) for day in proposed(page)] == [(3, 3)] * 3

    def test_so_can_any_number_of_weeks(self, client: Client, programme: Programme) -> None:
        page = client.get(dates_url(programme, rhythm="weeks", weeks=5))
        assert proposed(page)[1] - proposed(page)[0] == timedelta(weeks=5)

    @pytest.mark.parametrize("weeks", ["", "0", "27", "några"])
    def test_weeks_are_a_number(self, client: Client, programme: Programme, weeks: str) -> None:
        page = client.get(dates_url(programme, rhythm="weeks", weeks=weeks))
        assert set(page.context["form"].errors) == {"weeks"}

    def test_dates_are_taken_from_a_list_without_a_first_date(self, client: Client, programme: Programme) -> None:
        text = f"{SEPTEMBER.isoformat()}\n{OCTOBER.day}/{OCTOBER.month} {OCTOBER.year}, {NOVEMBER.isoformat()}"
        page = client.get(dates_url(programme, rhythm="list", dates=text, first=""))
        assert proposed(page) == [SEPTEMBER, OCTOBER, NOVEMBER]
        assert not page.context["table"].has_problems

    def test_one_that_does_not_suit_is_moved_or_kept_as_she_wants(self, client: Client, programme: Programme) -> None:
        saturday = OCTOBER + timedelta(days=4)
        listed = {"rhythm": "list", "dates": f"{SEPTEMBER}, {saturday}, {NOVEMBER}"}
        moved = client.get(dates_url(programme, **listed))
        assert proposed(moved)[1] == saturday - timedelta(days=1)
        assert written(saturday) in moved.content.decode()
        url = dates_url(programme, **listed, as_listed="on")
        kept = client.get(url)
        assert proposed(kept)[1] == saturday
        assert kept.context["table"].is_kept
        assert client.post(url, table_of(kept)).status_code == 422  # the tick on the page was taken away
        assert client.post(url, table_of(kept, keep="on")).status_code == 302

    @pytest.mark.parametrize(
        ("dates", "said"),
        [
            ("", "Skriv datumen"),
            (f"{SEPTEMBER}\n9 mrs 2027\n{NOVEMBER}", "Rad 2: ”9 mrs 2027”"),
            (f"{SEPTEMBER}\n{OCTOBER}\n2020-01-07", "Rad 3: ”2020-01-07”"),
            (f"{SEPTEMBER}\n{NOVEMBER}\n{OCTOBER}", f"Rad 3: ”{OCTOBER}”"),
            (f"{NOVEMBER}\n9 mrs 2027\n{OCTOBER}", f"Rad 3: ”{OCTOBER}”"),
            (f"{SEPTEMBER}\n{SEPTEMBER}\n{OCTOBER}", f"Rad 2: ”{SEPTEMBER}”"),
            (f"{SEPTEMBER}\n{OCTOBER}", "3 moduler, du har skrivit 2 datum"),
            (f"{SEPTEMBER}\n{OCTOBER}\n{NOVEMBER}\n2099-12-01", "3 moduler, du har skrivit 4 datum"),
        ],
    )
    def test_what_is_wrong_with_a_list_is_said_beside_it(
        self, client: Client, programme: Programme, dates: str, said: str
    ) -> None:
        page = client.get(dates_url(programme, rhythm="list", dates=dates, first=""))
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"dates"}
        assert said in page.content.decode()

    def test_the_way_back_keeps_every_answer(self, client: Client, programme: Programme) -> None:
        page = client.get(dates_url(programme, rhythm="weeks", weeks=6, avoid="24 december 2099"))
        form = client.get(page.context["back"]).context["form"]
        assert (form["rhythm"].value(), form["weeks"].value()) == ("weeks", "6")
        assert form["avoid"].value() == "24 december 2099"

    def test_a_programme_without_modules_is_refused(self, client: Client, region: Region) -> None:
        page = client.get(dates_url(ProgrammeFactory(region=region, modules=0)))
        assert set(page.context["form"].errors) == {"programme"}


class TestAroundWhatIsBooked:
    def test_every_date_says_why_it_was_chosen(self, client: Client, siv: User, programme: Programme) -> None:
        assert client.get(dates_url(programme)).content.decode().count("Andra tisdagen i månaden") == 3

    def test_the_regions_own_days_are_avoided_and_its_winter_break_warned_of(
        self, client: Client, siv: User, region: Region, programme: Programme
    ) -> None:
        BlockedPeriodFactory(region=region, first=OCTOBER, reason="Regional konferens")
        BlockedPeriodFactory(first=SEPTEMBER)  # another region's
        page = client.get(dates_url(programme))
        assert proposed(page)[:2] == [SEPTEMBER, OCTOBER + timedelta(days=1)]
        assert "Regional konferens" in page.content.decode()
        winter_break = date.fromisocalendar(SEPTEMBER.year + 1, 8, 2)
        page = client.get(dates_url(programme, rhythm="weeks", weeks=2, first=winter_break))
        warnings = [advice.warnings for _row, advice in page.context["table"].rows]
        assert [bool(warned) for warned in warnings[:2]] == [True, False]  # nobody else's break, in week 10

    @pytest.mark.parametrize(("written", "warned"), [("9", [False, True, False]), ("", [True, True, True])])
    def test_the_winter_break_is_the_one_in_the_regions_settings(
        self, client: Client, siv: User, region: Region, programme: Programme, written: str, warned: list[bool]
    ) -> None:
        client.post("/installningar/", answers(region, winter_break_week=written))
        week_8 = date.fromisocalendar(SEPTEMBER.year + 1, 8, 2)
        page = client.get(dates_url(programme, rhythm="weeks", weeks=1, first=week_8))
        rows = page.context["table"].rows
        assert [bool(advice.warnings) for _row, advice in rows] == warned
        assert page.content.decode().count("sportlov") == sum(warned)

    def test_a_day_on_which_the_lecturer_teaches_elsewhere_is_left_for_one_in_its_week(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        lena = LecturerFactory(region=programme.region, name="Lena Lektor")
        other = CohortSessionFactory(
            cohort__programme=programme, cohort__name="VT B", starts=local(OCTOBER, 9), ends=local(OCTOBER, 16)
        )
        other.lecturers.add(lena)
        page = client.get(dates_url(programme, lecturer=lena.pk))
        assert proposed(page) == [SEPTEMBER, OCTOBER + timedelta(days=1), NOVEMBER]
        assert "Lena Lektor undervisar VT B" in page.content.decode()
        client.post(page.context["save"], table_of(page))
        planned = CohortSession.objects.exclude(pk=other.pk)
        assert planned.filter(lecturers=lena).count() == 3

    def test_so_is_one_on_which_she_is_away_or_the_venue_is_booked(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        lena = LecturerFactory(region=programme.region, name="Lena Lektor")
        UnavailabilityFactory(lecturer=lena, first=SEPTEMBER - timedelta(days=1), last=SEPTEMBER)
        hall = VenueFactory(region=programme.region, name="Salen")
        CohortSessionFactory(
            cohort__programme=programme, venue=hall, starts=local(NOVEMBER, 9), ends=local(NOVEMBER, 12)
        )
        page = client.get(dates_url(programme, lecturer=lena.pk, venue=hall.pk))
        assert proposed(page) == [SEPTEMBER + timedelta(days=1), OCTOBER, NOVEMBER + timedelta(days=1)]

    def test_who_is_away_all_month_is_left_out_and_it_is_said(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        lena = LecturerFactory(region=programme.region, name="Lena Lektor")
        UnavailabilityFactory(lecturer=lena, first=SEPTEMBER.replace(day=1), last=NOVEMBER.replace(day=1))
        page = client.get(dates_url(programme, lecturer=lena.pk))
        rows = page.context["table"].forms
        assert [bool(row["lecturers"].value()) for row in rows] == [False, False, True]
        assert "Lena Lektor kan inte undervisa" in page.content.decode()

    def test_who_is_away_in_another_region_of_hers_changes_nothing(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        elsewhere = RegionFactory()
        RoleAssignmentFactory(role=Role.COORDINATOR, region=elsewhere, user=siv)
        UnavailabilityFactory(lecturer__region=elsewhere, first=SEPTEMBER, last=NOVEMBER)
        assert proposed(client.get(dates_url(programme))) == [SEPTEMBER, OCTOBER, NOVEMBER]

    def test_another_regions_lecturer_cant_be_chosen(self, client: Client, siv: User, programme: Programme) -> None:
        page = client.get(dates_url(programme, lecturer=LecturerFactory().pk))
        assert set(page.context["form"].errors) == {"lecturer"}

    @pytest.mark.parametrize("starts", ["02:30", "03:30"])
    def test_a_time_that_summer_time_skips_is_refused_and_one_it_keeps_is_not(
        self, client: Client, siv: User, programme: Programme, starts: str
    ) -> None:
        """The last Sunday in March: from 2.00 the clock shows 3.00."""
        spring = last_sunday(3)
        url = dates_url(programme, rhythm="list", as_listed="on", dates=f"{spring}, {SEPTEMBER}, {OCTOBER}")
        page = client.post(url, table_of(client.get(url), **{"session-0-starts": starts, "keep": "on"}))
        assert page.status_code == (422 if starts == "02:30" else 302)

    @pytest.mark.parametrize("starts", ["02:30", "03:30"])
    def test_a_time_that_winter_time_repeats_is_refused_and_one_it_keeps_is_not(
        self, client: Client, siv: User, programme: Programme, starts: str
    ) -> None:
        """The last Sunday in October: 2.30 comes twice."""
        autumn = last_sunday(10)
        url = dates_url(programme, rhythm="list", as_listed="on", dates=f"{SEPTEMBER}, {autumn}, {NOVEMBER}")
        page = client.post(url, table_of(client.get(url), **{"session-1-starts": starts, "keep": "on"}))
        assert page.status_code == (422 if starts == "02:30" else 302)


def last_sunday(month: int) -> date:
    day = date(timezone.localdate().year + 1, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


class TestCheckingWhileTyping:
    def checked(self, client: Client, programme: Programme, **changes: object) -> str:
        url = dates_url(programme)
        table = table_of(client.get(url), **changes)
        response = client.post(url.replace("/datum/", "/datum/kontroll/"), table)
        assert response.status_code == 200
        return response.content.decode()

    def test_a_clash_with_another_cohort_shows_before_saving(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        lena = LecturerFactory(region=programme.region, name="Lena Lektor")
        day = OCTOBER + timedelta(days=1)
        other = CohortSessionFactory(cohort__programme=programme, starts=local(day, 9), ends=local(day, 16))
        other.lecturers.add(lena)
        clash = {"session-1-day": day.isoformat(), "session-1-lecturers": lena.pk}
        assert "Lena Lektor undervisar också" in self.checked(client, programme, **clash)
        assert "undervisar också" not in self.checked(
            client, programme, **clash, **{"session-1-starts": "16:00", "session-1-ends": "17:00"}
        )
        assert not Cohort.objects.filter(programme=programme).exclude(pk=other.cohort_id).exists()

    def test_even_years_away_from_the_proposed_dates(self, client: Client, siv: User, programme: Programme) -> None:
        hall = VenueFactory(region=programme.region, name="Salen")
        day = NOVEMBER + timedelta(weeks=104)
        CohortSessionFactory(cohort__programme=programme, venue=hall, starts=local(day, 9), ends=local(day, 16))
        clash = {"session-2-day": day.isoformat(), "session-2-venue": hall.pk}
        assert "Salen, Lund är också bokad" in self.checked(client, programme, **clash)

    def test_two_rows_on_one_day_are_in_each_others_way(self, client: Client, siv: User, programme: Programme) -> None:
        hall = VenueFactory(region=programme.region)
        same = {"session-0-venue": hall.pk, "session-1-venue": hall.pk, "session-1-day": SEPTEMBER.isoformat()}
        fragment = self.checked(client, programme, **same)
        assert "ett annat tillfälle i listan" in fragment
        assert "Modul 2 måste ligga efter modul 1" in fragment

    def test_a_venue_with_too_few_seats_is_said(self, client: Client, siv: User, programme: Programme) -> None:
        hall = VenueFactory(region=programme.region, seats=20)
        assert "5 platser för lite" in self.checked(client, programme, **{"session-0-venue": hall.pk})

    def test_the_tick_comes_with_the_first_objection(self, client: Client, siv: User, programme: Programme) -> None:
        assert 'name="keep"' not in self.checked(client, programme)
        assert 'name="keep"' in self.checked(client, programme, **{"session-2-day": f"{NOVEMBER.year}-12-25"})

    @pytest.mark.parametrize(
        "changes", [{"session-1-day": "soon"}, {"session-1-ends": "08:00"}, {"session-1-day": "9999-12-31"}]
    )
    def test_what_cant_be_understood_breaks_nothing(
        self, client: Client, siv: User, programme: Programme, changes: dict[str, object]
    ) -> None:
        assert "advice-session-2" in self.checked(client, programme, **changes)

    def test_without_an_answer_there_is_nothing_to_check(self, client: Client, siv: User) -> None:
        assert client.post(reverse("sessions:check_dates")).content == b""


class TestSaving:
    def test_a_clash_is_saved_only_when_it_is_to_be_kept_and_nothing_is_lost(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        hall = VenueFactory(region=programme.region, name="Salen")
        CohortSessionFactory(cohort__programme=programme, venue=hall, starts=local(OCTOBER, 9), ends=local(OCTOBER, 16))
        url = dates_url(programme, name="Nya gruppen")
        data = table_of(client.get(url), **{"session-1-venue": hall.pk, "session-2-starts": "10:00"})
        page = client.post(url, data)
        assert page.status_code == 422
        assert "Salen, Lund är också bokad" in page.content.decode()
        assert page.context["table"].forms[2]["starts"].value() == "10:00"
        assert client.post(url, data | {"keep": "on"}).status_code == 302

    def test_it_is_published_from_the_table(self, client: Client, siv: User, programme: Programme) -> None:
        url = dates_url(programme)
        client.post(url, table_of(client.get(url), publish="1"))
        assert Cohort.objects.get().status == CohortStatus.PUBLISHED

    def test_what_cant_be_published_is_not_saved_either(self, client: Client, siv: User, programme: Programme) -> None:
        url = dates_url(programme, applications_close=SEPTEMBER)
        page = client.post(url, table_of(client.get(url), publish="1"))
        assert page.status_code == 422
        assert "Sista anmälningsdag" in page.content.decode()
        assert not Cohort.objects.exists()


class TestCopying:
    @pytest.fixture
    def earlier(self, programme: Programme) -> Cohort:
        """VT A: three second Tuesdays, with all that can be taken over."""
        cohort: Cohort = CohortFactory(programme=programme, name="VT A", capacity=18)
        SeatAllocationFactory(
            cohort=cohort, municipality=MunicipalityFactory(region=programme.region, name="Lund"), seats=4
        )
        team = [LecturerFactory(region=programme.region, name=name) for name in ("Lena Lektor", "Dan Docent")]
        days = [date(2026, 1, 13), date(2026, 2, 10), date(2026, 3, 10)]
        for module, day, hour in zip(cohort.modules, days, (9, 9, 13), strict=True):
            session = CohortSessionFactory(
                cohort=cohort,
                module=module,
                starts=local(day, hour),
                ends=local(day, hour + 3),
                venue=VenueFactory(region=programme.region, name=f"Sal {module.number}"),
                information=f"Lunch {module.number}",
                online_url="https://example.org/rummet",
            )
            session.lecturers.add(*team)
        return cohort

    def copied(self, client: Client, earlier: Cohort, **changes: object) -> Any:
        """The table that follows from the first page as it is filled in."""
        form = client.get(reverse("sessions:copy_cohort", args=[earlier.pk])).context["form"]
        answers = {bound.html_name: bound.value() or "" for bound in form} | changes
        return client.get(reverse("sessions:propose_dates", query=answers))

    def test_details_and_rhythm_are_those_of_the_earlier_cohort(
        self, client: Client, siv: User, earlier: Cohort
    ) -> None:
        page = client.get(reverse("sessions:copy_cohort", args=[earlier.pk]))
        form = page.context["form"]
        assert (form["capacity"].value(), form["rhythm"].value()) == (18, "month")
        assert form["name"].value() is None
        assert form["starts"].value() == time(9)
        first = form["first"].value()
        assert (first.weekday(), (first.day - 1) // 7) == (1, 1)
        assert first > timezone.localdate()
        assert "Som i VT A" in page.content.decode()

    def test_a_cohort_that_met_every_fortnight_is_followed_every_fortnight(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        cohort = CohortFactory(programme=programme)
        for step, module in enumerate(cohort.modules):
            CohortSessionFactory(cohort=cohort, module=module, day=date(2026, 1, 14) + timedelta(weeks=2 * step))
        form = client.get(reverse("sessions:copy_cohort", args=[cohort.pk])).context["form"]
        assert (form["rhythm"].value(), form["weeks"].value()) == ("weeks", 2)
        assert form["first"].value().weekday() == 2

    def test_saving_takes_everything_over_in_one_go(self, client: Client, siv: User, earlier: Cohort) -> None:
        page = self.copied(client, earlier)
        assert client.post(page.context["save"], table_of(page)).status_code == 302
        cohort = Cohort.objects.exclude(pk=earlier.pk).get()
        assert cohort.seat_allocations.get().seats == 4
        sessions = cohort.sessions.order_by("module__number")
        for session, before in zip(sessions, earlier.sessions.order_by("module__number"), strict=True):
            assert session.venue == before.venue
            assert set(session.lecturers.all()) == set(before.lecturers.all())
            assert session.information == before.information
            assert session.online_url == before.online_url
            assert timezone.localtime(session.starts).hour == timezone.localtime(before.starts).hour
            assert session.starts > timezone.now()

    def test_material_is_handed_out_as_many_days_before_and_shares_its_file(
        self, client: Client, siv: User, earlier: Cohort
    ) -> None:
        session = earlier.sessions.earliest("starts")
        original = MaterialFactory(
            session=session,
            title="Bildspel",
            url="",
            file="materials/bildspel.pdf",
            filename="bildspel.pdf",
            content_type="application/pdf",
            size=1_000,
            visible_from=session.day - timedelta(days=3),
        )
        page = self.copied(client, earlier)
        client.post(page.context["save"], table_of(page))
        new = CohortSession.objects.exclude(cohort=earlier).earliest("starts")
        copy = new.materials.get()
        assert (copy.title, copy.file.name, copy.size) == ("Bildspel", original.file.name, 1_000)
        assert copy.visible_from == new.day - timedelta(days=3)
        assert session.materials.get() == original

    def test_the_page_says_what_was_taken_over_and_what_was_not(
        self, client: Client, siv: User, earlier: Cohort
    ) -> None:
        session = earlier.sessions.earliest("starts")
        MaterialFactory(session=session)
        lena = session.lecturers.get(name="Lena Lektor")
        UnavailabilityFactory(lecturer=lena, first=date(2026, 1, 1), last=date(2099, 1, 1))
        programme = earlier.programme
        programme.version = 2
        programme.save()
        for module in earlier.modules:
            Module.objects.create(
                programme=programme, version=2, origin=module, number=module.number, title=module.title
            )
        Module.objects.create(programme=programme, version=2, number=4, title="Helt ny", month_offset=3)
        page = self.copied(client, earlier)
        text = page.content.decode()
        for sentence in ("1 kursmaterial", "Föreläsare och lokaler för 3 moduler", "Länken till digitala tillfällen"):
            assert sentence in text
        assert "4. Helt ny: ny i utbildningsprogrammet" in text
        assert "Inte till modul 1: Lena Lektor kan inte undervisa" in text
        rows = page.context["table"].forms
        dan = session.lecturers.get(name="Dan Docent")
        assert [row["lecturers"].value() for row in rows] == [str(dan.pk)] * 3 + [""]

    def test_links_that_were_made_for_one_session_each_are_left(
        self, client: Client, siv: User, earlier: Cohort
    ) -> None:
        for number, session in enumerate(earlier.sessions.all()):
            CohortSession.objects.filter(pk=session.pk).update(online_url=f"https://example.org/{number}")
        page = self.copied(client, earlier)
        assert "Länkarna till digitala tillfällen" in page.content.decode()
        client.post(page.context["save"], table_of(page))
        assert not CohortSession.objects.exclude(cohort=earlier).exclude(online_url="").exists()

    def test_who_teaches_can_be_decided_for_all(self, client: Client, siv: User, earlier: Cohort) -> None:
        eva = LecturerFactory(region=earlier.region)
        page = self.copied(client, earlier, lecturer=eva.pk)
        assert [row["lecturers"].value() for row in page.context["table"].forms] == [str(eva.pk)] * 3

    def test_another_regions_cohort_cant_be_copied(self, client: Client, siv: User, programme: Programme) -> None:
        foreign = CohortFactory()
        assert client.get(reverse("sessions:copy_cohort", args=[foreign.pk])).status_code == 404
        assert client.get(dates_url(programme, copy=foreign.pk)).status_code == 422
        assert client.get(dates_url(programme, copy="nonsense")).status_code == 422

    @pytest.mark.parametrize("copied", [False, True])
    def test_the_page_asks_at_most_twelve_queries_however_busy_the_calendar(
        self, client: Client, siv: User, region: Region, copied: bool
    ) -> None:
        counts = []
        for modules in (1, 9):
            cohort = CohortFactory(programme=ProgrammeFactory(region=region, modules=modules), sessions=SEPTEMBER)
            SeatAllocationFactory(cohort=cohort, municipality=MunicipalityFactory(region=region), seats=1)
            EnrolmentFactory.create_batch(modules, cohort=cohort)
            for session in cohort.sessions.all():
                lecturer = LecturerFactory(region=region)
                session.lecturers.add(lecturer)
                UnavailabilityFactory(lecturer=lecturer, first=session.day, last=session.day)
                MaterialFactory(session=session)
            BlockedPeriodFactory(region=region, first=SEPTEMBER, last=SEPTEMBER + timedelta(days=modules))
            if copied:
                page = self.copied(client, cohort, first=SEPTEMBER)
            else:
                chosen = {"venue": VenueFactory(region=region).pk, "lecturer": LecturerFactory(region=region).pk}
                page = client.get(dates_url(cohort.programme, **chosen))
            with CaptureQueriesContext(connection) as queries:
                client.get(f"{reverse('sessions:propose_dates')}?{page.request['QUERY_STRING']}")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 12
