"""A manager with a phone and two minutes enrols one person."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from cohorts.models import Cohort
from participants.models import Enrolment, EnrolmentDraft
from tests.conftest import OpenPage
from tests.factories import CohortFactory, MunicipalityFactory, manager
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
PAGES = 6


@pytest.fixture
def boss() -> User:
    """The manager of one municipality."""
    return manager(MunicipalityFactory(name="Lund"), first_name="Cecilia")


@pytest.fixture
def cohort(boss: User) -> Cohort:
    """Nine sessions from next month on, open for application."""
    today = timezone.localdate()
    cohort: Cohort = CohortFactory(
        programme__region=boss.roles[0].municipality.region,
        name="Våren",
        applications_open=today - timedelta(days=3),
        applications_close=today + timedelta(days=14),
        sessions=today + timedelta(days=30),
    )
    return cohort


def who(visitor: Visitor, name: str = "Anna") -> None:
    visitor.fill(Förnamn=name, Efternamn="Nyanställd-Exempel")
    visitor.page.get_by_label("E-post på jobbet").fill(f"{name.lower()}@example.org")


def workplace(visitor: Visitor) -> None:
    visitor.fill(Enhet="Barn och familj", Befattning="Socialsekreterare", Anställd_från="2026-09-01")


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_she_is_done_after_six_pages(
    open_page: OpenPage, live_server: LiveServer, boss: User, cohort: Cohort, with_scripts: bool
) -> None:
    phone = Visitor(open_page(**PHONE, java_script_enabled=with_scripts), live_server.url, with_scripts=with_scripts)
    phone.log_in_with_password(boss)
    phone.open("/anmalan/")
    seen: list[str] = []
    phone.page.on("load", lambda page: seen.append(page.url))

    phone.follow("Anmäl en")
    who(phone)
    phone.press("Fortsätt")
    workplace(phone)
    phone.press("Fortsätt")
    phone.sees("Vilken omgång?", "9 tillfällen", "25 platser kvar för Lund", "Anmäl senast")
    phone.page.get_by_label("Våren").check()
    phone.press("Fortsätt")
    phone.page.get_by_label("Nötallergi").check()
    phone.press("Fortsätt")
    phone.sees("Kontrollera innan du anmäler", "Det finns plats för Anna", "Nötallergi")
    phone.press("Anmäl")

    enrolment = Enrolment.objects.get()
    phone.sees("Anna Nyanställd-Exempel är antagen", enrolment.reference, "Anmäl en till")
    assert len(seen) <= PAGES
    assert phone.download("Datumen som kalenderfil").read_text().count("BEGIN:VEVENT") == 9
    assert [need.kind for need in enrolment.needs.all()] == ["nuts"]

    phone.follow("Anmäl en till")
    who(phone, "Bo")
    phone.press("Fortsätt")
    assert phone.page.get_by_label("Enhet").input_value() == "Barn och familj"


def test_what_she_has_typed_survives_a_closed_browser(
    open_page: OpenPage, live_server: LiveServer, boss: User, cohort: Cohort
) -> None:
    phone = Visitor(open_page(**PHONE), live_server.url)
    phone.log_in_with_password(boss)
    phone.open(f"/anmalan/{cohort.pk}/en/")
    phone.page.get_by_label("Förnamn").press_sequentially("Anna")
    expect(phone.page.locator("output")).to_contain_text("Sparat")
    phone.page.context.close()
    assert EnrolmentDraft.objects.get().data["first_name"] == "Anna"

    again = Visitor(open_page(**PHONE), live_server.url)
    again.log_in_with_password(boss)
    again.open("/anmalan/")
    again.sees("Fortsätt där du var", "Anna", "Våren", "sparat i dag")
    again.follow("Fortsätt")
    assert again.page.get_by_label("Förnamn").input_value() == "Anna"
    who(again)
    again.press("Fortsätt")
    workplace(again)
    again.press("Fortsätt")
    again.sees("Behöver Anna något särskilt?")  # the cohort had been chosen
