"""The start page, the pages that the law wants, the language, and the portal's health."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from pytest_django import Settings

from accounts.choices import Role
from accounts.models import User
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    MunicipalityFactory,
    RegionFactory,
    RoleAssignmentFactory,
    UserFactory,
    administrator,
    coordinator,
    lecturer,
    manager,
)

pytestmark = pytest.mark.django_db


class TestTheStartPage:
    def test_it_shows_published_cohorts_that_take_enrolments(self, client: Client) -> None:
        CohortFactory(name="Vår A", sessions=TODAY + timedelta(days=60))
        CohortFactory(name="Utkastet", draft=True)
        CohortFactory(name="Stängd", applications_close=TODAY - timedelta(days=1))
        with time_machine.travel(NOW):
            page = client.get("/")
        assert [cohort.name for cohort in page.context["cohorts"]] == ["Vår A"]
        assert "9 maj 2026" in page.content.decode() or "9 May 2026" in page.content.decode()

    def test_it_can_be_found_by_search_engines_and_the_log_in_page_can_not(self, client: Client) -> None:
        assert "noindex" not in client.get("/").content.decode()
        assert "noindex" in client.get("/konto/logga-in/").content.decode()

    @pytest.mark.parametrize(
        ("role", "landing"),
        [
            (Role.COORDINATOR, "/oversikt/"),
            (Role.MANAGER, "/deltagare/"),
            (Role.LECTURER, "/mina-uppdrag/"),
            (Role.PARTICIPANT, "/min-utbildning/"),
            (Role.ADMINISTRATOR, "/regioner/"),
        ],
    )
    def test_each_role_lands_where_it_begins(self, client: Client, role: Role, landing: str) -> None:
        lund = MunicipalityFactory()
        user = {
            Role.COORDINATOR: lambda: coordinator(lund.region),
            Role.MANAGER: lambda: manager(lund),
            Role.LECTURER: lambda: lecturer(lund.region),
            Role.PARTICIPANT: lambda: RoleAssignmentFactory(role=role, region=lund.region).user,
            Role.ADMINISTRATOR: administrator,
        }[role]()
        client.force_login(user)
        assert client.get("/")["Location"] == landing

    def test_one_without_a_role_is_told_what_to_do(self, client: Client) -> None:
        client.force_login(UserFactory())
        assert client.get("/").status_code == 200

    def test_the_number_of_queries_does_not_grow(self, client: Client, django_assert_num_queries: Any) -> None:
        with time_machine.travel(NOW):
            for _ in range(3):
                CohortFactory()
                with django_assert_num_queries(1):
                    client.get("/")


@pytest.mark.parametrize("url", ["/tillganglighet/", "/personuppgifter/", "/kakor/", "/kontakt/"])
def test_what_the_law_wants_told_is_public_and_can_be_found(client: Client, url: str) -> None:
    RegionFactory()
    page = client.get(url)
    assert page.status_code == 200
    assert "noindex" not in page.content.decode()


def test_only_the_two_cookies_that_the_page_names_are_set(client: Client, settings: Settings) -> None:
    client.get("/konto/logga-in/")
    client.post("/sprak/", {"language": "en", "next": "/"})
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    page = client.get("/kakor/").content.decode()
    assert all(name in page for name in client.cookies)


class TestTheLanguage:
    def test_a_visitor_chooses_for_her_session(self, client: Client) -> None:
        assert client.get("/")["Content-Language"] == "sv"
        response = client.post("/sprak/", {"language": "en", "next": "/kontakt/"})
        assert response["Location"] == "/kontakt/"
        assert client.get("/")["Content-Language"] == "en"

    def test_a_user_chooses_for_good(self, client: Client) -> None:
        user = UserFactory()
        client.force_login(user)
        client.post("/sprak/", {"language": "en"})
        assert User.objects.get().language == "en"

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
    def test_nobody_is_led_to_another_site(self, client: Client, target: str) -> None:
        assert client.post("/sprak/", {"language": "en", "next": target})["Location"] == "/"

    def test_there_is_no_third_language(self, client: Client) -> None:
        assert client.post("/sprak/", {"language": "tlh"}).status_code == 404


class TestHealth:
    def test_a_seal_that_cannot_be_made_is_told_of_while_the_portal_stays_well(
        self, client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.SEAL_REGIONS, settings.SEAL_FOLDER = ["SK"], "/nowhere"
        response = client.get("/healthz")
        assert (response.status_code, response.json()["seals"]) == (200, "unavailable")
        assert "/nowhere/SK.p12" in caplog.text
        assert "nowhere" not in response.content.decode()

    def test_all_is_well(self, client: Client) -> None:
        response = client.get("/healthz")
        assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "ok"})
        assert "no-store" in response["Cache-Control"]

    def test_a_broker_that_is_away_is_named(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        nowhere = current_app.connection_for_write("redis://127.0.0.1:1/0")
        monkeypatch.setattr(current_app, "connection_for_write", lambda **options: nowhere)
        response = client.get("/healthz")
        assert (response.status_code, response.json()) == (503, {"database": "ok", "broker": "unavailable"})

    @pytest.mark.parametrize("error", [OperationalError, InterfaceError])
    def test_a_database_that_is_away_is_named(self, client: Client, error: type[Exception]) -> None:
        def away(*_arguments: object) -> None:
            raise error

        with connection.execute_wrapper(away):
            response = client.get("/healthz")
        assert (response.status_code, response.json()) == (503, {"database": "unavailable", "broker": "ok"})
