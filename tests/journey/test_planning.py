"""A coordinator plans a cohort from nothing to published: how many pages it takes her, and how long."""

import time
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from cohorts.actions import load_programmes
from cohorts.models import Cohort, Programme
from sessions.models import CohortSession
from sessions.rules.days import problem_with
from tests.factories import (
    CohortFactory,
    CohortSessionFactory,
    LecturerFactory,
    MunicipalityFactory,
    RegionFactory,
    VenueFactory,
    a_plain_tuesday,
    coordinator,
    local,
)
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MOST_PAGES, MOST_SECONDS = 3, 60


@pytest.fixture
def planner(live_server: LiveServer, page: Page) -> Visitor:
    """A coordinator at the board of a region with a programme, a lecturer and a venue."""
    region = MunicipalityFactory(region=RegionFactory(name="Övningsregionen")).region
    siv = coordinator(region)
    load_programmes(region=region, by=siv, now=timezone.now())
    LecturerFactory(region=region, name="Lena Lektor")
    VenueFactory(region=region, name="Sal Provet")
    visitor = Visitor(page, live_server.url)
    visitor.log_in_with_password(siv)
    visitor.open("/planering/")
    return visitor


def test_a_cohort_is_planned_and_published_in_three_pages_and_a_minute(planner: Visitor) -> None:
    page = planner.page
    pages: list[str] = []
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    began = time.monotonic()

    page.get_by_role("link", name="Planera den första omgången").click()
    page.get_by_label("Lokal för alla tillfällen").select_option(label="Sal Provet, Lund")
    page.get_by_label("Föreläsare för alla tillfällen").select_option(label="Lena Lektor")
    page.get_by_role("button", name="Föreslå datum").click()
    expect(page.locator("tbody tr")).not_to_have_count(0)
    page.get_by_role("button", name="Spara och publicera").click()
    planner.sees("Omgången är publicerad")

    seconds = time.monotonic() - began
    assert len(pages) <= MOST_PAGES, pages
    assert seconds < MOST_SECONDS
    cohort = Cohort.objects.get()
    assert cohort.is_published
    assert cohort.sessions.filter(lecturers__name="Lena Lektor", venue__name="Sal Provet").count() == 9
    planner.examine()


def test_a_clash_appears_while_a_date_is_typed_and_goes_when_it_is_solved(planner: Visitor) -> None:
    page, cohort = planner.page, a_cohort_that_follows_the_programme()
    planner.open("/omgangar/ny/")
    planner.fill(Första_datum=a_plain_tuesday().isoformat())  # the second date stays on its Tuesday
    planner.press("Föreslå datum")
    rows = page.locator("tbody tr")
    second = rows.nth(1)
    day = date.fromisoformat(second.locator("input[type=date]").input_value())
    other = day_that_suits(day + timedelta(days=1))
    booked = CohortSessionFactory(cohort=cohort, starts=local(other, 9), ends=local(other, 16), venue=None)
    booked.lecturers.add(cohort.region.lecturers.get())

    second.get_by_label("Föreläsare").select_option(label="Lena Lektor")
    expect(second).to_contain_text("Andra tisdagen i månaden")
    second.locator("input[type=date]").fill(other.isoformat())
    expect(second).to_contain_text("Lena Lektor undervisar också")
    expect(page.get_by_label("Behåll datumen ändå")).to_be_visible()
    planner.examine()
    second.get_by_label("Från").fill("16:00")
    second.get_by_label("Till").fill("18:00")
    expect(second).not_to_contain_text("undervisar också")
    expect(page.get_by_label("Behåll datumen ändå")).to_have_count(0)
    planner.press("Spara som utkast")
    assert CohortSession.objects.exclude(cohort=cohort).count() == 9


def a_cohort_that_follows_the_programme() -> Cohort:
    programme = Programme.objects.latest("modules_required")
    cohort: Cohort = CohortFactory(programme=programme, name="VT B")
    return cohort


def day_that_suits(day: date) -> date:
    while problem_with(day):
        day += timedelta(days=1)
    return day
