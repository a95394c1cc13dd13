"""The coordinator's pages: the board, a new cohort, the cohort, its sessions, and the registers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from cohorts.choices import CohortStatus
from cohorts.models import Cohort, Programme
from regions.models import Region
from sessions.models import CohortSession, Lecturer
from sessions.rules.days import problem_with
from tests.factories import (
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    MunicipalityFactory,
    ParticipantFactory,
    ProgrammeFactory,
    RegionFactory,
    VenueFactory,
    coordinator,
    lecturer,
    manager,
    next_year,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    return region


@pytest.fixture
def siv(region: Region, client: Client) -> User:
    """A coordinator of the region, logged in."""
    user = coordinator(region)
    client.force_login(user)
    return user


class TestNewCohort:
    @pytest.fixture
    def programme(self, region: Region) -> Programme:
        programme: Programme = ProgrammeFactory(region=region, modules=3)
        return programme

    def answers(self, programme: Programme, **changes: object) -> dict[str, object]:
        return {
            "programme": programme.pk,
            "first": next_year(9, 1, 2),
            "rhythm": "month",
            "starts": "09:00",
            "capacity": 25,
            **changes,
        }

    def table(self, page: Any, **changes: object) -> dict[str, object]:
        """What the browser sends back of the table on `page`."""
        formset = page.context["table"]
        data: dict[str, object] = {
            "session-TOTAL_FORMS": len(formset.forms),
            "session-INITIAL_FORMS": len(formset.forms),
        }
        for form in formset:
            for bound in form:
                data[bound.html_name] = bound.value() or ""
        return data | changes

    def dates_url(self, answers: dict[str, object]) -> str:
        return reverse("sessions:propose_dates", query=answers)

    def test_is_planned_in_two_pages_and_saved_as_a_draft(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        assert client.get(reverse("sessions:new_cohort")).status_code == 200
        url = self.dates_url(self.answers(programme))
        page = client.get(url)
        assert page.status_code == 200
        response = client.post(url, self.table(page), follow=True)
        cohort = Cohort.objects.get()
        assert response.redirect_chain == [(reverse("sessions:cohort", args=[cohort.pk]), 302)]
        assert cohort.status == CohortStatus.DRAFT
        starts = [timezone.localtime(session.starts) for session in cohort.sessions.all()]
        assert [start.date() for start in starts] == [next_year(month, 1, 2) for month in (9, 10, 11)]
        assert {start.hour for start in starts} == {9}

    def test_what_is_left_empty_gets_a_name_and_an_application_period(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        answers = self.answers(programme)
        details = client.get(self.dates_url(answers)).context["details"]
        assert str(next_year(9, 1, 2).year) in details.name
        assert details.applications_open == timezone.localdate()
        assert details.applications_close == next_year(9, 1, 2) - timedelta(weeks=4)

    def test_a_double_click_saves_one_cohort_under_the_name_that_was_shown(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        page = client.get(self.dates_url(self.answers(programme)))
        first, second = (client.post(page.context["save"], self.table(page)) for _time in range(2))
        assert (first.status_code, second.status_code) == (302, 422)
        assert Cohort.objects.get().name == page.context["details"].name

    def test_a_moved_date_stands_with_its_reason(self, client: Client, siv: User, programme: Programme) -> None:
        page = client.get(self.dates_url(self.answers(programme, first=next_year(6, 1, 2))))
        [_june, august, _september] = page.context["table"].forms
        reason = august.suggestion.proposal.reason
        assert reason
        assert reason in page.content.decode()

    def test_seats_are_kept_for_municipalities(self, client: Client, siv: User, programme: Programme) -> None:
        lund = MunicipalityFactory(region=programme.region)
        url = self.dates_url(self.answers(programme, **{f"seats_{lund.code}": 4}))
        client.post(url, self.table(client.get(url)))
        assert Cohort.objects.get().seat_allocations.get().seats == 4

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("first", "2020-01-07"),
            ("first", "nonsense"),
            ("capacity", "0"),
            ("capacity", "many"),
            ("rhythm", "daily"),
            ("avoid", "soon"),
            ("programme", "00000000-0000-4000-8000-000000000000"),
        ],
    )
    def test_a_wrong_answer_is_explained_beside_its_field_and_nothing_is_lost(
        self, client: Client, siv: User, programme: Programme, field: str, value: str
    ) -> None:
        page = client.get(self.dates_url(self.answers(programme, name="Lördagsgruppen") | {field: value}))
        assert page.status_code == 422
        assert field in page.context["form"].errors
        assert "Lördagsgruppen" in page.content.decode()

    def test_a_first_date_in_a_weekend_is_refused(self, client: Client, siv: User, programme: Programme) -> None:
        page = client.get(self.dates_url(self.answers(programme, first=next_year(9, 5, 2))))
        assert "first" in page.context["form"].errors

    def test_more_seats_than_there_are_cant_be_kept(self, client: Client, siv: User, programme: Programme) -> None:
        lund = MunicipalityFactory(region=programme.region)
        page = client.get(self.dates_url(self.answers(programme, capacity=3, **{f"seats_{lund.code}": 4})))
        assert page.status_code == 422
        assert "capacity" in page.context["form"].errors

    def test_a_name_that_is_taken_is_refused(self, client: Client, siv: User, programme: Programme) -> None:
        CohortFactory(programme=programme, name="VT A")
        assert client.get(self.dates_url(self.answers(programme, name="VT A"))).status_code == 422

    def test_a_date_that_does_not_suit_is_saved_only_when_it_is_to_be_kept(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        url = self.dates_url(self.answers(programme))
        christmas = date(next_year(9, 1, 2).year, 12, 25)
        data = self.table(client.get(url), **{"session-2-day": christmas.isoformat()})
        page = client.post(url, data)
        assert page.status_code == 422
        assert str(problem_with(christmas)) in page.content.decode().replace("&#x27;", "'")
        assert not Cohort.objects.exists()
        assert client.post(url, data | {"keep": "on"}).status_code == 302

    @pytest.mark.parametrize(
        "changes",
        [
            {"session-1-day": ""},
            {"session-1-day": "2020-02-30"},
            {"session-1-ends": "08:00"},
            {"session-1-day": "2020-01-07"},  # before the first module
            {"session-1-venue": "00000000-0000-4000-8000-000000000000"},
            {"session-TOTAL_FORMS": 1},
        ],
    )
    def test_a_wrong_table_is_refused(
        self, client: Client, siv: User, programme: Programme, changes: dict[str, object]
    ) -> None:
        url = self.dates_url(self.answers(programme))
        page = client.post(url, self.table(client.get(url), **changes))
        assert page.status_code == 422
        assert not Cohort.objects.exists()

    def test_venues_and_lecturers_are_the_regions_own(self, client: Client, siv: User, programme: Programme) -> None:
        own, foreign = VenueFactory(region=programme.region), VenueFactory()
        lena = LecturerFactory(region=programme.region)
        url = self.dates_url(self.answers(programme))
        page = client.get(url)
        assert own.name in page.content.decode()
        assert foreign.name not in page.content.decode()
        client.post(url, self.table(page, **{"session-0-venue": own.pk, "session-0-lecturers": lena.pk}))
        first = CohortSession.objects.first()
        assert first is not None
        assert (first.venue, first.lecturers.get()) == (own, lena)

    def test_another_regions_programme_cant_be_chosen(self, client: Client, siv: User) -> None:
        assert client.get(self.dates_url(self.answers(ProgrammeFactory(modules=1)))).status_code == 422

    def test_the_number_of_queries_does_not_grow_with_modules(self, client: Client, siv: User, region: Region) -> None:
        counts = []
        for modules in (2, 9):
            url = self.dates_url(self.answers(ProgrammeFactory(region=region, modules=modules)))
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 12


class TestCohortPage:
    def draft(self, region: Region) -> Cohort:
        first = next_year(9, 1, 2)
        cohort: Cohort = CohortFactory(
            draft=True, programme__region=region, programme__modules=2, sessions=first, applications_close=TODAY
        )
        Cohort.objects.filter(pk=cohort.pk).update(applications_open=TODAY - timedelta(days=1))
        return cohort

    def test_a_draft_is_published(self, client: Client, siv: User, region: Region) -> None:
        cohort = self.draft(region)
        assert (
            reverse("sessions:publish", args=[cohort.pk])
            in client.get(reverse("sessions:cohort", args=[cohort.pk])).content.decode()
        )
        client.post(reverse("sessions:publish", args=[cohort.pk]))
        cohort.refresh_from_db()
        assert cohort.is_published

    def test_what_is_in_the_way_is_said(self, client: Client, siv: User, region: Region) -> None:
        cohort = CohortFactory(draft=True, programme__region=region)
        page = client.post(reverse("sessions:publish", args=[cohort.pk]), follow=True)
        [message] = page.context["messages"]
        assert message.level_tag == "error"
        cohort.refresh_from_db()
        assert not cohort.is_published

    def test_details_are_changed(self, client: Client, siv: User, region: Region) -> None:
        cohort = CohortFactory(programme__region=region)
        url = reverse("sessions:edit_cohort", args=[cohort.pk])
        form = client.get(url).context["form"]
        data = {bound.html_name: bound.value() or "" for bound in form} | {"name": "Ny", "capacity": 30}
        assert client.post(url, data).status_code == 302
        cohort.refresh_from_db()
        assert (cohort.name, cohort.capacity) == ("Ny", 30)

    def test_taken_seats_cant_be_removed(self, client: Client, siv: User, region: Region) -> None:
        cohort = CohortFactory(programme__region=region)
        EnrolmentFactory.create_batch(2, cohort=cohort)
        url = reverse("sessions:edit_cohort", args=[cohort.pk])
        form = client.get(url).context["form"]
        page = client.post(url, {bound.html_name: bound.value() or "" for bound in form} | {"capacity": 1})
        assert page.status_code == 422
        assert "capacity" in page.context["form"].errors

    @pytest.mark.parametrize("name", ["cohort", "edit_cohort", "publish"])
    def test_others_dont_come_here(self, client: Client, region: Region, name: str) -> None:
        cohort = self.draft(region)
        url = reverse(f"sessions:{name}", args=[cohort.pk])
        request: Callable[[str], Any] = client.post if name == "publish" else client.get
        client.force_login(coordinator(RegionFactory()))
        assert request(url).status_code == 404
        client.force_login(manager(MunicipalityFactory(region=region)))
        assert request(url).status_code == 403


class TestSessionPage:
    def test_everyone_concerned_reads_it_and_only_the_coordinator_changes_it(self, client: Client) -> None:
        session = CohortSessionFactory(venue__map_url="https://example.org/karta")
        region = session.cohort.region
        lena = lecturer(region)
        session.lecturers.add(Lecturer.objects.get(email=lena.email))
        asa = ParticipantFactory(region=region, with_login=True)
        EnrolmentFactory(cohort=session.cohort, participant=asa)
        change = reverse("sessions:edit_session", args=[session.pk])
        for user, changes in (
            (coordinator(region), True),
            (lena, False),
            (asa.user, False),
            (manager(MunicipalityFactory(region=region)), False),
        ):
            client.force_login(user)
            page = client.get(reverse("sessions:session", args=[session.pk]))
            assert page.status_code == 200
            assert "https://example.org/karta" in page.content.decode()
            assert reverse("sessions:calendar", args=[session.pk]) in page.content.decode()
            assert (change in page.content.decode()) is changes
            assert client.get(change).status_code == (200 if changes else 403)

    def test_strangers_find_nothing(self, client: Client) -> None:
        session = CohortSessionFactory()
        client.force_login(coordinator(RegionFactory()))
        for name in ("session", "edit_session", "cancel_session"):
            assert client.get(reverse(f"sessions:{name}", args=[session.pk])).status_code == 404

    def data(self, client: Client, session: CohortSession, **changes: object) -> dict[str, object]:
        form = client.get(reverse("sessions:edit_session", args=[session.pk])).context["form"]
        return {bound.html_name: bound.value() for bound in form if bound.value()} | changes

    def test_it_is_moved(self, client: Client, siv: User, region: Region) -> None:
        session = CohortSessionFactory(cohort__programme__region=region)
        day = next_year(9, 2, 2)
        response = client.post(
            reverse("sessions:edit_session", args=[session.pk]), self.data(client, session, day=day.isoformat())
        )
        assert response.status_code == 302
        session.refresh_from_db()
        assert timezone.localtime(session.starts).date() == day
        assert session.revision == 2

    def test_a_day_that_does_not_suit_must_be_meant(self, client: Client, siv: User, region: Region) -> None:
        session = CohortSessionFactory(cohort__programme__region=region)
        url = reverse("sessions:edit_session", args=[session.pk])
        data = self.data(client, session, day=date(next_year(9, 1, 1).year, 12, 25).isoformat())
        page = client.post(url, data)
        assert page.status_code == 422
        assert 'name="keep"' in page.content.decode()
        assert client.post(url, data | {"keep": "on"}).status_code == 302

    def test_of_two_coordinators_the_second_sees_both_versions_and_decides(
        self, client: Client, siv: User, region: Region
    ) -> None:
        session = CohortSessionFactory(cohort__programme__region=region)
        url = reverse("sessions:edit_session", args=[session.pk])
        hers = self.data(client, session, day=next_year(9, 2, 2).isoformat())
        theirs = self.data(client, session, day=next_year(10, 2, 2).isoformat())
        assert client.post(url, theirs).status_code == 302
        page = client.post(url, hers)
        assert page.status_code == 409
        [(_label, stored, mine)] = page.context["differences"]
        assert (stored, mine) == (date_format(next_year(10, 2, 2)), date_format(next_year(9, 2, 2)))
        again = hers | {"version": page.context["form"]["version"].value()}
        assert client.post(url, again).status_code == 302
        session.refresh_from_db()
        assert timezone.localtime(session.starts).date() == next_year(9, 2, 2)

    def test_what_changed_meanwhile_is_not_cancelled(self, client: Client, siv: User, region: Region) -> None:
        session = CohortSessionFactory(cohort__programme__region=region, version=2)
        client.post(reverse("sessions:cancel_session", args=[session.pk]), {"version": 1})
        session.refresh_from_db()
        assert not session.is_cancelled


def test_a_region_that_has_just_begun_takes_the_shipped_programmes(client: Client, siv: User, region: Region) -> None:
    begin = reverse("cohorts:programmes")
    assert begin in client.get(reverse("sessions:new_cohort")).content.decode()
    load = reverse("cohorts:load_programmes")
    assert load in client.get(begin).content.decode()
    client.post(load)
    assert Programme.objects.filter(region=region).exists()
    assert begin not in client.get(reverse("sessions:new_cohort")).content.decode()
