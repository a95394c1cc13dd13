"""A coordinator changes a programme that people attend: new cohorts get the new version, the old one keeps its nine."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from cohorts.models import Cohort, Programme
from tests.conftest import OpenPage
from tests.factories import CohortFactory, ProgrammeFactory, coordinator
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_module_is_added_in_a_new_version(live_server: LiveServer, open_page: OpenPage, scripts: bool) -> None:
    programme: Programme = ProgrammeFactory(title="Introduktionsutbildning")
    running = CohortFactory(programme=programme, name="VT 2026 A")
    visitor = Visitor(open_page(java_script_enabled=scripts), live_server.url, with_scripts=scripts)
    visitor.log_in_with_password(coordinator(programme.region))
    main = visitor.page.get_by_role("main")

    visitor.open("/register/utbildningsprogram/")
    visitor.sees("Introduktionsutbildning", "VT 2026 A")
    visitor.follow("Introduktionsutbildning")
    visitor.sees("Intyg när 8 av 9 moduler är genomförda")
    visitor.press("Börja på version 2")

    visitor.follow("Lägg till en modul")
    visitor.fill(Titel="Barnets rättigheter", Timmar="6,5")
    visitor.press("Lägg till modulen")
    visitor.sees("”Barnets rättigheter” är tillagd", "10 moduler, 69,5 timmar", "Intyg när 8 av 10 moduler")

    up = main.get_by_role("button", name="Flytta upp ”Barnets rättigheter”")
    up.focus()
    visitor.page.keyboard.press("Enter")
    visitor.sees("”Barnets rättigheter” är nu nummer 9")
    if scripts:
        expect(up).to_be_focused()
    expect(main.locator("tbody tr").nth(8)).to_contain_text("9. Barnets rättigheter")

    visitor.follow("Granska ändringarna")
    visitor.sees("Det här skiljer från version 1", "Barnets rättigheter", "VT 2026 A", "8 av 9 moduler")
    visitor.press("Börja använda version 2")
    visitor.sees("Version 2 används nu")
    assert running.modules.count() == 9

    visitor.follow("Planera en omgång")
    visitor.press("Föreslå datum")
    expect(main.locator("tbody tr", has_text="Barnets rättigheter")).to_have_count(1)
    visitor.press("Spara som utkast")
    new = Cohort.objects.exclude(pk=running.pk).get()
    assert (new.programme_version, new.sessions.count()) == (2, 10)
    running.refresh_from_db()
    assert (running.programme_version, running.modules.count(), running.required) == (1, 9, 8)
