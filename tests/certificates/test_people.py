"""The list of people: who is on it, how it is narrowed and counted, what a file of it holds, what it costs."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from cohorts.models import Cohort
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent, Offer
from sessions.choices import Mark
from tests.certificates.people import finished_cohort, qualified, unqualified
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    coordinator,
    lecturer,
    manager,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cohort() -> Cohort:
    return finished_cohort()


def log_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


class TestPeople:
    address = "/deltagare/"

    def names(self, client: Client, **filters: str) -> set[str]:
        page = client.get(self.address, filters)
        return {one.row.enrolment.participant.last_name for one in page.context["rows"]}

    def test_a_manager_sees_her_municipalitys_people_and_a_coordinator_all(
        self, client: Client, cohort: Cohort
    ) -> None:
        mine, other = qualified(cohort), qualified(cohort)
        foreign = qualified(finished_cohort())
        log_in(client, manager(mine.municipality))
        assert self.names(client) == {mine.participant.last_name}
        log_in(client, coordinator(cohort.region))
        assert self.names(client) == {mine.participant.last_name, other.participant.last_name}
        assert foreign.participant.last_name not in client.get(self.address).content.decode()

    def test_that_someone_waits_is_said_once(self, client: Client, cohort: Cohort) -> None:
        EnrolmentFactory(cohort=CohortFactory(programme=cohort.programme), waiting=True)
        page = log_in(client, coordinator(cohort.region)).get(self.address).content.decode()
        assert page.split("<tbody>")[1].count("På reservlistan") == 1

    def test_search_and_filters_narrow_and_can_be_bookmarked(self, client: Client, cohort: Cohort) -> None:
        programme = cohort.programme
        first = EnrolmentFactory(cohort=cohort, participant__last_name="Ålund", participant__region=cohort.region)
        second = EnrolmentFactory(
            cohort=CohortFactory(programme=programme),
            participant__last_name="Öberg",
            participant__region=cohort.region,
            waiting=True,
        )
        log_in(client, coordinator(cohort.region))
        assert self.names(client, q="ålu") == {"Ålund"}
        assert self.names(client, q="åsa öberg") == {"Öberg"}
        assert self.names(client, q="*") == self.names(client, q="[") == set()
        assert self.names(client, q=second.participant.email) == {"Öberg"}
        assert self.names(client, status="waiting") == {"Öberg"}
        assert self.names(client, cohort=str(cohort.pk)) == {"Ålund"}
        assert self.names(client, municipality=str(first.municipality.pk)) == {"Ålund"}
        assert self.names(client, q="ålund", status="waiting") == set()
        assert self.names(client, status="nonsense", cohort="42") == {"Ålund", "Öberg"}

    def test_pages_keep_the_filter(self, client: Client, cohort: Cohort) -> None:
        EnrolmentFactory.create_batch(26, cohort=cohort)
        log_in(client, coordinator(cohort.region))
        page = client.get(self.address, {"status": "enrolled", "page": "2"})
        assert len(page.context["rows"]) == 1
        assert "?status=enrolled&amp;page=1" in page.content.decode()

    def test_is_not_for_participants_or_lecturers(self, client: Client, cohort: Cohort) -> None:
        user = qualified(cohort).participant.user
        assert user
        RoleAssignment.objects.create(user=user, role=Role.PARTICIPANT, region=cohort.region)
        for one in (user, lecturer(cohort.region)):
            assert log_in(client, one).get(self.address).status_code == 403
            assert client.get(f"{self.address}lista.xlsx").status_code == 403

    def test_progress_is_a_filter(self, client: Client, cohort: Cohort) -> None:
        done, late = qualified(cohort), unqualified(cohort)
        late.participant.attendances.filter(mark=Mark.ABSENT).delete()
        under_way = EnrolmentFactory(
            cohort=CohortFactory(programme=ProgrammeFactory(region=cohort.region), sessions=TODAY)
        )
        log_in(client, coordinator(cohort.region))
        assert self.names(client, progress="complete") == {done.participant.last_name}
        assert self.names(client, progress="on_track") == {under_way.participant.last_name, late.participant.last_name}
        assert self.names(client, progress="at_risk") == set()
        AttendanceFactory(session=cohort.sessions.get(module__number=2), participant=late.participant, mark=Mark.ABSENT)
        assert self.names(client, progress="cannot_complete") == {late.participant.last_name}

    def test_a_programme_is_a_filter_where_there_are_several(self, client: Client, cohort: Cohort) -> None:
        here = EnrolmentFactory(cohort=cohort)
        log_in(client, coordinator(cohort.region))
        assert "programme" not in client.get(self.address).context["form"].fields
        other = EnrolmentFactory(cohort=CohortFactory(programme=ProgrammeFactory(region=cohort.region)))
        assert self.names(client, programme=str(cohort.programme_id)) == {here.participant.last_name}
        assert self.names(client) == {here.participant.last_name, other.participant.last_name}

    def test_a_filter_counts_whom_it_would_leave_with_the_others_as_they_are(
        self, client: Client, cohort: Cohort
    ) -> None:
        EnrolmentFactory.create_batch(2, cohort=cohort)
        EnrolmentFactory(cohort=cohort, waiting=True)
        EnrolmentFactory(cohort=CohortFactory(programme=cohort.programme, name="Nästa"), waiting=True)
        page = log_in(client, coordinator(cohort.region)).get(self.address, {"status": "waiting"})
        labels = {
            name: [str(label) for value, label in page.context["form"].fields[name].choices if value]
            for name in ("status", "cohort")
        }
        assert labels == {
            "status": ["Antagen (2)", "På reservlistan (2)"],
            "cohort": [f"{cohort.name} (1)", "Nästa (1)"],
        }

    def test_the_latest_change_first(self, client: Client, cohort: Cohort) -> None:
        first, second = EnrolmentFactory.create_batch(2, cohort=cohort)
        log_in(client, coordinator(cohort.region))

        def order() -> list[Enrolment]:
            return [one.row.enrolment for one in client.get(self.address, {"order": "changed"}).context["rows"]]

        assert order() == [second, first]
        EnrolmentEvent.objects.create(enrolment=first, at=NOW, status=EnrolmentStatus.ENROLLED)
        assert order() == [first, second]

    def test_a_need_is_a_list_of_its_own_with_a_button_each(self, client: Client, cohort: Cohort) -> None:
        deferred = EnrolmentFactory(cohort=cohort, status=EnrolmentStatus.DEFERRED)
        in_vain = EnrolmentFactory(cohort=cohort, waiting=True, municipality=deferred.municipality)
        EnrolmentFactory(cohort=cohort, municipality=deferred.municipality)
        page = log_in(client, manager(deferred.municipality)).get(self.address, {"need": "not_placed"})
        assert page.context["kind"].need == "not_placed"
        assert {one.enrolment: (one.task.button, one.task.url) for one in page.context["rows"]} == {
            deferred: ("Välj omgång", reverse("participants:place", args=[deferred.pk])),
            in_vain: ("Se anmälan", reverse("participants:enrolment", args=[in_vain.pk])),
        }

    def test_who_waits_is_listed_in_turn_and_an_offer_by_when_it_expires(self, client: Client, cohort: Cohort) -> None:
        people = {"participant__region": cohort.region}
        ahead = CohortFactory(programme=cohort.programme, sessions=TODAY + timedelta(weeks=4))
        turns = [
            EnrolmentFactory(cohort=ahead, waiting=True, participant__last_name=name, **people) for name in ("Ö", "A")
        ]
        offers = [
            EnrolmentFactory(cohort=ahead, status="offered", participant__last_name=name, **people) for name in "AB"
        ]
        for days, enrolment in zip((4, 2), offers, strict=True):
            Offer.objects.create(enrolment=enrolment, made=NOW, expires=NOW + timedelta(days=days))
        log_in(client, coordinator(cohort.region))
        for need, expected in (("waiting", turns), ("offer", offers[::-1])):
            page = client.get(self.address, {"need": need})
            assert [one.enrolment for one in page.context["rows"]] == expected

    def test_another_municipality_is_nowhere(self, client: Client, cohort: Cohort) -> None:
        mine = EnrolmentFactory(cohort=cohort)
        canary = EnrolmentFactory(
            cohort=CohortFactory(
                programme=cohort.programme, name="Kanarieomgång", applications_close=TODAY - timedelta(days=1)
            ),
            status=EnrolmentStatus.DEFERRED,
            participant__last_name="Kanarie-Exempel",
            participant__region=cohort.region,
            municipality__name="Kanarieby",
            municipality__region=cohort.region,
        )
        log_in(client, manager(mine.municipality))
        for filters in ({}, {"need": "not_placed"}, {"q": "kanarie"}, {"cohort": str(canary.cohort_id)}):
            assert "Kanarie" not in client.get(self.address, filters).content.decode().replace("kanarie", "")
        assert "Kanarie" not in str(self.file(client))

    def file(self, client: Client, **filters: str) -> list[tuple[str, ...]]:
        answer = client.get(f"{self.address}lista.xlsx", filters)
        assert answer["Content-Disposition"].endswith('.xlsx"')
        [sheet] = load_workbook(BytesIO(answer.content)).worksheets
        return [tuple(map(str, row)) for row in sheet.iter_rows(values_only=True)]

    def test_the_file_holds_what_the_list_shows_of_every_page(self, client: Client, cohort: Cohort) -> None:
        EnrolmentFactory.create_batch(30, cohort=cohort)
        EnrolmentFactory(cohort=cohort, waiting=True, participant__last_name="=1+1", participant__region=cohort.region)
        log_in(client, coordinator(cohort.region))
        assert len(self.file(client)) == 1 + 31
        _heading, row = self.file(client, status="waiting")
        assert (row[0], row[7]) == ("=1+1", "På reservlistan")

    def test_the_number_of_queries_does_not_grow(self, client: Client, cohort: Cohort) -> None:
        log_in(client, coordinator(cohort.region))

        def add(number: int) -> None:
            for status in ("enrolled", "waiting", "deferred"):
                EnrolmentFactory.create_batch(number, cohort=cohort, status=status)
            for enrolment in EnrolmentFactory.create_batch(
                number, cohort=CohortFactory(programme=cohort.programme, sessions=TODAY - timedelta(weeks=5))
            ):
                for session in enrolment.cohort.sessions.all():
                    AttendanceFactory(session=session, participant=enrolment.participant)

        def queries(address: str) -> int:
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            return len(found)

        addresses = [self.address, f"{self.address}?need=waiting", f"{self.address}lista.xlsx"]
        add(1)
        few = [queries(address) for address in addresses]
        add(5)
        assert [queries(address) for address in addresses] == few

    def test_a_manager_sees_until_when_she_can_enrol(self, client: Client, cohort: Cohort) -> None:
        enrolment = EnrolmentFactory(cohort=cohort)
        CohortFactory(programme=cohort.programme, applications_close=TODAY - timedelta(days=1))
        CohortFactory(name="Grannens omgång")
        page = log_in(client, manager(enrolment.municipality)).get(self.address)
        assert list(page.context["closing"]) == [cohort]
        assert "9 april 2026" in page.content.decode()

    @pytest.mark.parametrize("status", ["completed", "waiting", "deferred"])
    def test_a_managers_first_page_asks_at_most_twelve_queries(
        self, client: Client, cohort: Cohort, status: str
    ) -> None:
        enrolment = EnrolmentFactory(cohort=cohort, status=status)
        marked = EnrolmentFactory(cohort=cohort, municipality=enrolment.municipality)
        AttendanceFactory(session=cohort.sessions.first(), participant=marked.participant)
        log_in(client, manager(enrolment.municipality))
        for address in (self.address, f"{self.address}?need=waiting", f"{self.address}?need=not_placed"):
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            assert len(found) <= 12

    def test_the_overview_asks_for_the_same_counts(self, client: Client, cohort: Cohort) -> None:
        EnrolmentFactory(cohort=cohort, status="deferred")
        log_in(client, coordinator(cohort.region))
        assert 'hx-get="/deltagare/att-gora/"' in client.get("/oversikt/").content.decode()
        part = client.get("/deltagare/att-gora/")
        assert [(card.kind.need, card.count) for card in part.context["cards"]] == [("not_placed", 1)]
        assert "<html" not in part.content.decode()
        log_in(client, coordinator(CohortFactory().region))
        assert client.get("/deltagare/att-gora/").context["cards"] == []
