"""Searching across the portal: everyone finds what she may see, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from cohorts.models import Cohort
from common.search import LONGEST
from participants.models import Enrolment, Participant
from regions.models import Municipality
from reports.search import SHOWN, search
from sessions.models import CohortSession, Lecturer
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    MunicipalityFactory,
    ParticipantFactory,
    RoleAssignmentFactory,
    VenueFactory,
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
    cohort: Cohort = CohortFactory(name="VT 2026 A", programme__title="Introduktion")
    return cohort


@pytest.fixture
def lund(cohort: Cohort) -> Municipality:
    lund: Municipality = MunicipalityFactory(region=cohort.region)
    return lund


@pytest.fixture
def session(cohort: Cohort) -> CohortSession:
    """31 March 2026, in a venue and with a lecturer of the region."""
    session: CohortSession = CohortSessionFactory(cohort=cohort)
    session.module.title = "Samtal med barn"
    session.module.save()
    session.venue.name = "Stora salen"
    session.venue.save()
    session.lecturers.add(LecturerFactory(region=cohort.region, name="Lena Lektor"))
    return session


def person(last_name: str, cohort: Cohort, **fields: Any) -> Participant:
    enrolment: Enrolment = EnrolmentFactory(cohort=cohort, participant__last_name=last_name, **fields)
    return enrolment.participant


def found(user: User, text: str) -> dict[str, list[str]]:
    """The titles of what `user` finds, by kind."""
    user = User.objects.get(pk=user.pk)
    return {group.name: [hit.title for hit in group.hits] for group in search(user, text, now=NOW)}


class TestACoordinator:
    def test_finds_people_however_their_names_are_spelt(self, cohort: Cohort) -> None:
        person("Bergström", cohort)
        person("Andersson", cohort)
        planner = coordinator(cohort.region)
        assert found(planner, "bergstrom") == {"personer": ["Åsa Bergström"]}
        assert found(planner, "asa anderson") == {"personer": ["Åsa Andersson"]}

    def test_finds_cohorts_venues_lecturers_and_programmes(self, cohort: Cohort, session: CohortSession) -> None:
        planner = coordinator(cohort.region)
        assert found(planner, "vt 2026")["omgangar"] == ["VT 2026 A"]
        assert found(planner, "stora salen")["lokaler"] == ["Stora salen"]
        assert found(planner, "lektor")["forelasare"] == ["Lena Lektor"]
        assert found(planner, "introduktion")["utbildningsprogram"] == ["Introduktion"]

    @pytest.mark.parametrize(
        "text", ["samtal", "31 mars", "2026-03-31", "tisdag 31 mars 2026", "stora", "lena samtal", "vt 2026 31/3"]
    )
    def test_finds_a_session_by_module_day_venue_lecturer_and_cohort(self, session: CohortSession, text: str) -> None:
        assert found(coordinator(session.cohort.region), text)["tillfallen"] == ["1. Samtal med barn"]

    @pytest.mark.parametrize("text", ["1 april", "2025-03-31", "samtal 30 mars"])
    def test_finds_no_session_of_another_day(self, session: CohortSession, text: str) -> None:
        assert found(coordinator(session.cohort.region), text) == {}

    def test_finds_the_next_session_first_and_the_latest_past_one_after_those_to_come(self, cohort: Cohort) -> None:
        days = [TODAY + timedelta(days=days) for days in (40, -9, 4, -2)]
        for day in days:
            CohortSessionFactory(cohort=cohort, day=day)
        [group] = [one for one in search(coordinator(cohort.region), "modul", now=NOW) if one.name == "tillfallen"]
        assert [hit.text.partition("·")[2].split()[1] for hit in group.hits] == ["14", "19", "8", "1"]

    def test_finds_nothing_of_another_region(self, cohort: Cohort) -> None:
        theirs = CohortFactory(name="Kanarie", programme__title="Kanarieutbildning")
        person("Kanariesson", theirs)
        LecturerFactory(region=theirs.region, name="Kanarielektor")
        CohortSessionFactory(cohort=theirs, venue=VenueFactory(region=theirs.region, name="Kanariesalen"))
        assert found(coordinator(cohort.region), "kanarie") == {}
        assert len(found(coordinator(theirs.region), "kanarie")) == 6


class TestAManager:
    def test_finds_her_own_people_and_nobody_elses(self, cohort: Cohort, lund: Municipality) -> None:
        person("Svanesson", cohort, municipality=lund)
        person("Papegojsson", cohort)
        boss = manager(lund)
        assert found(boss, "svanesson") == {"personer": ["Åsa Svanesson"]}
        assert found(boss, "papegojsson") == {}

    def test_finds_what_is_published_in_her_region_and_no_register(
        self, cohort: Cohort, lund: Municipality, session: CohortSession
    ) -> None:
        boss = manager(lund)
        draft = CohortFactory(programme=cohort.programme, name="VT 2026 utkast", draft=True)
        CohortSessionFactory(cohort=draft)
        assert set(found(boss, "vt 2026")) == {"omgangar", "tillfallen"}
        assert found(boss, "utkast") == {}
        assert set(found(boss, "stora salen")) == {"tillfallen"}
        assert set(found(boss, "lena lektor")) == {"tillfallen"}

    def test_every_hit_opens(self, client: Client, cohort: Cohort, lund: Municipality, session: CohortSession) -> None:
        person("Vtsson", cohort, municipality=lund)
        for user in (manager(lund), coordinator(cohort.region)):
            client.force_login(user)
            for text in ("vt", "stora", "lena", "introduktion", "samtal"):
                urls = [hit.url for group in search(user, text, now=NOW) for hit in group.hits]
                assert urls
                assert [client.get(url).status_code for url in urls] == [200] * len(urls)


class TestOthers:
    def test_a_coordinator_who_teaches_in_another_region_finds_no_register_there(self, cohort: Cohort) -> None:
        siv = coordinator(cohort.region)
        entry = LecturerFactory(name="Siv Gästlektor", email=siv.email)
        RoleAssignmentFactory(user=siv, role=Role.LECTURER, region=entry.region)
        assert not found(siv, "Gästlektor")

    def test_a_lecturer_finds_the_sessions_she_teaches_only(self, cohort: Cohort, session: CohortSession) -> None:
        teacher = lecturer(cohort.region)
        CohortSessionFactory(cohort=cohort).lecturers.add(LecturerFactory(region=cohort.region))
        assert found(teacher, "vt 2026") == {}
        session.lecturers.add(Lecturer.objects.get(email=teacher.email))
        assert found(teacher, "vt 2026") == {"tillfallen": ["1. Samtal med barn"]}

    def test_a_participant_has_no_search(self, client: Client, cohort: Cohort) -> None:
        client.force_login(ParticipantFactory(with_login=True, region=cohort.region).user)
        assert client.get(reverse("reports:search"), {"q": "åsa"}).status_code == 403
        assert reverse("reports:search") not in client.get(reverse("accounts:profile")).content.decode()


class TestThePage:
    @pytest.fixture
    def planner(self, client: Client, cohort: Cohort) -> User:
        planner = coordinator(cohort.region)
        client.force_login(planner)
        return planner

    def test_five_of_a_kind_are_shown_and_a_link_to_all(self, client: Client, planner: User, cohort: Cohort) -> None:
        for _ in range(SHOWN + 2):
            person("Bergström", cohort)
        address = reverse("reports:search")
        page = client.get(address, {"q": "bergström"}).content.decode()
        assert page.count("<b>Åsa Bergström</b>") == SHOWN
        assert "?q=bergstr%C3%B6m&amp;visa=personer" in page
        everyone = client.get(address, {"q": "bergström", "visa": "personer"}).content.decode()
        assert everyone.count("<b>Åsa Bergström</b>") == SHOWN + 2

    def test_while_typing_come_the_hits_and_their_number(self, client: Client, planner: User, cohort: Cohort) -> None:
        person("Bergström", cohort)
        answer = client.get(reverse("reports:search"), {"q": "berg"}, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in answer
        assert "1 träff" in answer
        assert "Åsa Bergström" in answer
        nothing = client.get(reverse("reports:search"), {"q": "xyzzy"}, headers={"HX-Request": "true"})
        assert "0 träffar" in nothing.content.decode()

    @pytest.mark.parametrize("text", ["", " ", "b", "%", "''; --", "x" * 5000, "(((", "\x00\\"])
    def test_what_finds_nothing_or_is_no_search_gets_a_page(self, client: Client, planner: User, text: str) -> None:
        response = client.get(reverse("reports:search"), {"q": text})
        assert response.status_code == 200
        assert len(response.context["text"]) <= LONGEST

    def test_another_kind_than_there_is_shows_the_page(self, client: Client, planner: User) -> None:
        assert client.get(reverse("reports:search"), {"q": "vt", "visa": "x", "page": "y"}).status_code == 200

    def test_a_manager_does_not_get_at_the_registers_by_the_address(
        self, client: Client, cohort: Cohort, lund: Municipality, session: CohortSession
    ) -> None:
        client.force_login(manager(lund))
        page = client.get(reverse("reports:search"), {"q": "lena", "visa": "forelasare"})
        assert reverse("sessions:lecturer", args=[session.lecturers.get().pk]) not in page.content.decode()

    def test_the_number_of_queries_does_not_grow(self, client: Client, planner: User, cohort: Cohort) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("reports:search"), {"q": "vt"})
            return len(captured)

        def add() -> None:
            person("Vtberg", cohort)
            CohortSessionFactory(cohort=cohort)
            VenueFactory(region=cohort.region, town="Vtorp")
            LecturerFactory(region=cohort.region, name="Vtlektor")

        add()
        few = queries()
        for _ in range(4):
            add()
        assert queries() == few <= 12


@pytest.mark.postgresql
@pytest.mark.parametrize("text", ["bergström", "asa berstrom", "bo"])
def test_people_are_looked_up_in_the_index(cohort: Cohort, text: str) -> None:
    """Looking for words of three letters and more, of fewer, and with a slip, here and in lists of enrolments."""
    planner = coordinator(cohort.region)
    names = ("Lindqvist", "Nyholm", "Käll", "Sandgren")
    Participant.objects.bulk_create(
        ParticipantFactory.build(region=cohort.region, first_name="Per", last_name=f"{name}-{number}", user=None)
        for number in range(500)
        for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE participants_participant")
    for query in (
        Participant.objects.visible_to(planner).search(text),
        Enrolment.objects.visible_to(planner).search(text),
    ):
        assert "Bitmap Index Scan on participant_trigrams" in query.explain()
