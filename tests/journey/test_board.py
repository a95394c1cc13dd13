"""The board in a real browser: a session is changed without leaving it, and it can be printed."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from regions.models import Region
from sessions.models import CohortSession
from tests.conftest import OpenPage
from tests.factories import CohortFactory, CohortSessionFactory, RegionFactory, VenueFactory, coordinator
from tests.journey.accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenBoard = Callable[..., Page]


@pytest.fixture
def region() -> Region:
    """Two cohorts that want one hall on the same Monday, a month from today; there is another one."""
    region: Region = RegionFactory()
    hall, _other = VenueFactory(region=region, name="Stora salen"), VenueFactory(region=region, name="Lilla salen")
    soon = timezone.localdate() + timedelta(days=30)
    monday = soon + timedelta(days=-soon.weekday() % 7)  # weekends are narrow, and make a month on paper high
    for name in ("Första gruppen", "Andra gruppen"):
        cohort = CohortFactory(programme__region=region, name=name, draft=True)
        CohortSessionFactory(cohort=cohort, day=monday, venue=hall)
    return region


@pytest.fixture
def open_board(live_server: LiveServer, open_page: OpenPage, region: Region) -> OpenBoard:
    """The board in the browser of a coordinator of the region."""
    user: User = coordinator(region)

    def open_it(**browser: Any) -> Page:
        client = Client()
        client.force_login(user)
        page = open_page(**browser)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(live_server.url + reverse("sessions:board"))
        return page

    return open_it


def change_of(page: Page, cohort: str) -> Locator:
    """The button beside a cohort's only session."""
    return page.get_by_role("row").filter(has_text=cohort).get_by_role("link", name=re.compile("^Ändra "))


def test_a_clash_is_solved_without_leaving_the_board(open_board: OpenBoard) -> None:
    page = open_board()
    expect(page.get_by_text("Lokal dubbelbokad")).to_have_count(2)
    change = change_of(page, "Första gruppen")
    change.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Ändra tillfället")
    expect(dialog).to_contain_text("Stora salen")
    expect(dialog).to_contain_text("är också bokad för Andra gruppen")
    assert violations(page) == []
    venue = dialog.get_by_role("combobox", name=re.compile("^Lokal"))
    venue.focus()
    venue.select_option(label="Lilla salen, Lund")
    expect(dialog).not_to_contain_text("är också bokad för")
    expect(venue).to_be_focused()
    with page.expect_navigation():
        dialog.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Lokal dubbelbokad")).to_have_count(0)
    assert page.url.endswith(reverse("sessions:board"))
    assert CohortSession.objects.get(cohort__name="Första gruppen").venue.name == "Lilla salen"


def test_the_dialog_closes_and_the_cell_has_the_focus_again(open_board: OpenBoard) -> None:
    page = open_board()
    change = change_of(page, "Första gruppen")
    change.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(change).to_be_focused()


def test_without_scripts_it_is_a_link_to_the_form(open_board: OpenBoard) -> None:
    page = open_board(java_script_enabled=False)
    change_of(page, "Första gruppen").click(force=True)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ändra tillfället")


def test_a_printed_board_lies_on_one_sheet_and_keeps_its_words(open_board: OpenBoard) -> None:
    page = open_board()
    page.emulate_media(media="print")
    expect(page.get_by_text("Lokal dubbelbokad")).to_have_count(2)
    expect(page.get_by_text("Lokal dubbelbokad").first).to_be_visible()
    expect(page.get_by_role("search")).to_be_hidden()
    slot = page.locator("a.slot").first
    assert slot.evaluate("element => getComputedStyle(element).borderTopStyle") == "solid"
    [sheet] = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert sheet.mediabox.width > sheet.mediabox.height
    assert sheet.extract_text().count("dubbelbokad") == 2


@pytest.mark.parametrize(("address", "heading"), [("sessions:month", "Måndag"), ("sessions:list", "Datum")])
def test_month_and_list_lie_down_too(
    open_board: OpenBoard, live_server: LiveServer, address: str, heading: str
) -> None:
    page = open_board()
    month = CohortSession.objects.earliest("starts").day
    page.goto(f"{live_server.url}{reverse(address)}?month={month:%Y-%m}")
    [sheet] = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert sheet.mediabox.width > sheet.mediabox.height
    assert heading in sheet.extract_text()
    assert sheet.extract_text().count("dubbelbokad") == 2
