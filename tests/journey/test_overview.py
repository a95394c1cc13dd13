"""A coordinator's day at the overview, and looking somebody up without the mouse."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from cohorts.models import Cohort
from tests.factories import (
    CohortFactory,
    CohortSessionFactory,
    ContactFactory,
    EnrolmentFactory,
    LecturerFactory,
    MunicipalityFactory,
    ProgrammeFactory,
    VenueFactory,
    coordinator,
)
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PATIENCE = 20_000  # milliseconds, for what comes while one types


@pytest.fixture
def cohort() -> Cohort:
    """One session in three weeks and one that was held yesterday; both are in order but for a mark and a venue."""
    lund = MunicipalityFactory(name="Lund")
    ContactFactory(municipality=lund, confirmed=timezone.now())
    today = timezone.localdate()
    cohort: Cohort = CohortFactory(
        name="VT A",
        programme=ProgrammeFactory(region=lund.region, modules=2),
        applications_open=today - timedelta(days=60),
        applications_close=today - timedelta(days=20),
    )
    first, second = cohort.modules
    venue = VenueFactory(region=lund.region, name="Sal Provet", town="Lund")
    for module, day, place in ((first, -1, venue), (second, 21, None)):
        session = CohortSessionFactory(cohort=cohort, module=module, day=today + timedelta(days=day), venue=place)
        session.lecturers.add(LecturerFactory(region=lund.region))
    for name in ("Bergström", "Andersson"):
        EnrolmentFactory(cohort=cohort, municipality=lund, participant__last_name=name)
    return cohort


@pytest.fixture
def planner(live_server: LiveServer, page: Page, cohort: Cohort) -> Visitor:
    visitor = Visitor(page, live_server.url)
    visitor.log_in_with_password(coordinator(cohort.region))
    return visitor


def test_the_list_ends_in_all_done_as_things_are_solved(planner: Visitor) -> None:
    planner.sees("2 saker att göra", "Närvaro saknas", "Lokal saknas")
    planner.follow("Registrera närvaro")
    planner.press("Alla är här")
    planner.open("/oversikt/")
    planner.sees("1 sak att göra")
    planner.follow("Välj lokal")
    planner.page.locator("#id_venue").select_option(label="Sal Provet, Lund")
    save = planner.page.get_by_role("main").get_by_role("button", name=re.compile("^Spara och meddela"))
    expect(save).to_be_visible(timeout=PATIENCE)
    planner.press(save.inner_text())
    planner.open("/oversikt/")
    planner.sees("Allt klart", "Nästa tillfälle", "VT A, 2. Modul 2")


def test_somebody_is_looked_up_by_keyboard_alone(planner: Visitor) -> None:
    keyboard = planner.page.keyboard
    keyboard.press("/")
    keyboard.type("bergstrom")
    expect(planner.page.get_by_role("status").filter(has_text="1 träff")).to_be_attached(timeout=PATIENCE)
    planner.examine()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("Bergström")


def test_enter_shows_the_hits_on_a_page_of_their_own(planner: Visitor) -> None:
    page = planner.page
    page.keyboard.press("/")
    page.keyboard.type("anders")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sök")).to_be_visible()
    planner.examine()
    planner.sees("1 träff", "Andersson")
    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.type(" xyzzy")
    expect(page.locator("#search-count")).to_have_text("0 träffar", timeout=PATIENCE)
    planner.sees("Inga träffar på ”anders xyzzy”")
    page.get_by_role("main").get_by_role("searchbox").fill("andersson")
    expect(page.locator("#search-count")).to_have_text("1 träff", timeout=PATIENCE)
    planner.follow("Åsa Andersson")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Andersson")
