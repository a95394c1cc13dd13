"""What no person would type gets an answer like everything else, and a quick one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from regions.models import Region
from sessions.choices import SessionStatus
from sessions.models import CohortSession
from tests.factories import (
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    RegionFactory,
    coordinator,
)

pytestmark = pytest.mark.django_db

EDGES = ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"]


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    return region


@pytest.fixture(autouse=True)
def siv(region: Region, client: Client) -> User:
    """A coordinator of the region, logged in."""
    user = coordinator(region)
    client.force_login(user)
    return user


@pytest.fixture
def session(region: Region) -> CohortSession:
    session: CohortSession = CohortSessionFactory(cohort__programme__region=region, day=TODAY + timedelta(days=600))
    return session


def test_a_search_for_two_thousand_words_is_a_search_for_the_first_ten(client: Client, region: Region) -> None:
    enrolment = EnrolmentFactory(cohort__programme__region=region)
    name = enrolment.participant.last_name
    for url in (
        reverse("certificates:people"),
        reverse("participants:cohort", args=[enrolment.cohort_id]),
        reverse("accounts:colleagues"),
        reverse("sessions:venues"),
        reverse("sessions:lecturers"),
    ):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url, {"q": " ".join([name] * 10 + ["x"] * 2000)})
        assert response.status_code == 200, url
        assert max(len(query["sql"]) for query in queries) < 20_000, url
    found = client.get(reverse("certificates:people"), {"q": " ".join([name] * 10 + ["x"] * 2000)})
    assert name in found.content.decode()


class TestTheEdgesOfTheCalendar:
    @pytest.mark.parametrize("day", EDGES)
    def test_no_session_is_moved_there(self, client: Client, session: CohortSession, day: str) -> None:
        answers = {"day": day, "starts": "00:00", "ends": "23:59", "version": session.version, "keep": "on"}
        response = client.post(reverse("sessions:edit_session", args=[session.pk]), answers)
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"day"}

    @pytest.mark.parametrize("rhythm", ["month", "weeks"])
    @pytest.mark.parametrize("day", ["2100-01-04", "9999-12-01", "9999-12-31"])
    def test_no_cohort_begins_there(self, client: Client, region: Region, day: str, rhythm: str) -> None:
        answers = {
            "programme": ProgrammeFactory(region=region).pk,
            "first": day,
            "rhythm": rhythm,
            "weeks": 4,
            "starts": "23:59",
            "capacity": 25,
        }
        response = client.get(reverse("sessions:propose_dates"), answers)
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"first"}

    def test_dates_are_proposed_up_to_them(self, client: Client, region: Region) -> None:
        answers = {
            "programme": ProgrammeFactory(region=region).pk,
            "first": "2099-12-30",
            "rhythm": "month",
            "starts": "09:00",
            "capacity": 25,
        }
        assert client.get(reverse("sessions:propose_dates"), answers).status_code == 200

    @pytest.mark.parametrize("field", ["applications_open", "applications_close", "release_date"])
    def test_no_application_period_reaches_them(self, client: Client, region: Region, field: str) -> None:
        cohort = CohortFactory(programme__region=region)
        answers = {
            "name": cohort.name,
            "capacity": cohort.capacity,
            "applications_open": cohort.applications_open,
            "applications_close": cohort.applications_close,
            field: "9999-12-31",
        }
        response = client.post(reverse("sessions:edit_cohort", args=[cohort.pk]), answers)
        assert field in response.context["form"].errors


@pytest.mark.parametrize("version", ["9" * 5000, "-1", "²", "", "1e9"])
def test_a_version_that_is_no_number_cancels_nothing(client: Client, session: CohortSession, version: str) -> None:
    response = client.post(reverse("sessions:cancel_session", args=[session.pk]), {"version": version})
    assert response.status_code in {302, 422}  # refused on the session's page, or asked once more
    session.refresh_from_db()
    assert session.status == SessionStatus.PLANNED
