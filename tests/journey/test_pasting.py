"""A manager pastes twelve rows from Excel, mends the three that are wrong where they stand, and confirms."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from participants.models import Enrolment
from tests.conftest import OpenPage, StartWorker
from tests.factories import CohortFactory, MunicipalityFactory, manager
from tests.journey.visitor import Visitor
from tests.participants import files

FAULTS = {3: {"email": "inte en adress"}, 7: {"unit": ""}, 11: {"employed_from": "snart"}}


@pytest.mark.browser
@pytest.mark.worker
@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twelve_rows_are_pasted_three_mended_and_all_enrolled(
    open_page: OpenPage, live_server: LiveServer, start_worker: StartWorker
) -> None:
    today = timezone.localdate()
    lund = MunicipalityFactory(name="Lund")
    CohortFactory(
        programme__region=lund.region,
        applications_open=today - timedelta(days=1),
        applications_close=today + timedelta(days=20),
        sessions=today + timedelta(days=50),
    )
    lines = [files.row(number, **FAULTS.get(number, {})) for number in range(1, 13)]
    start_worker()

    boss = Visitor(open_page(), live_server.url)
    boss.log_in_with_password(manager(lund))
    boss.open("/anmalan/")
    boss.follow("Anmäl flera")
    boss.page.get_by_label("Eller klistra in raderna").fill("\n".join("\t".join(map(str, line)) for line in lines))
    boss.press("Gå igenom listan")
    boss.sees("Vilken kolumn är vad?", "C: asa1@example.org")
    boss.press("Gå igenom listan")
    boss.sees("3 rader kan inte anmälas")
    boss.follow("Rätta 3 rader här")

    mend(boss, 3, "email", "asa3@example.org")
    mend(boss, 7, "unit", "Barn och familj")
    boss.page.locator("#id_row11-employed_from").fill("1 mars 2026")
    boss.press("Spara alla rader")
    boss.sees("Raderna är sparade")

    boss.press("Anmäl 12 personer")
    expect(boss.page.get_by_role("heading", name="12 personer har fått plats")).to_be_visible(timeout=60_000)
    boss.examine()
    assert Enrolment.objects.seated().count() == 12


def mend(boss: Visitor, number: int, column: str, text: str) -> None:
    """Save one row alone: the page stays where it is."""
    row = boss.page.locator(f"#row-{number}")
    row.locator(f"#id_row{number}-{column}").fill(text)
    row.get_by_role("button", name=f"Spara rad {number}").click()
    expect(row).to_contain_text("Ny")
    expect(row.locator(".field-error")).to_have_count(0)
    boss.examine()
