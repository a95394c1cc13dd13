"""A coordinator plans an SMS for her cohort, in a real browser, with and without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from messaging.choices import Channel
from sessions.models import PlanStep
from tests.conftest import OpenPage
from tests.factories import CohortSessionFactory, coordinator
from tests.journey.accessibility import violations
from tests.journey.visitor import Visitor
from tests.sessions.plans import hours

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("with_scripts", [True, False])
def test_a_cohort_gets_its_own_plan_with_an_sms_two_hours_before(
    with_scripts: bool, live_server: LiveServer, open_page: OpenPage
) -> None:
    session = CohortSessionFactory(day=timezone.localdate() + timedelta(weeks=5))
    region = session.cohort.region
    region.sms_parts_per_month = 100
    region.save()
    siv = coordinator(region)
    page = open_page(java_script_enabled=with_scripts)
    visitor = Visitor(page, live_server.url, with_scripts=with_scripts)
    visitor.log_in_with_password(siv)
    page.goto(f"{live_server.url}/omgangar/{session.cohort.pk}/")
    visitor.follow("Planerade utskick")
    visitor.sees("Påminnelse, 14 dagar före, kl. 8.00", "portalens standard")
    visitor.press("Ge omgången en egen plan")
    visitor.follow("Lägg till ett utskick")
    page.get_by_label("Hur lång tid före eller efter tillfället").fill("2")
    page.get_by_label("Timmar", exact=True).check()
    page.get_by_label("SMS", exact=True).check()
    if not with_scripts:
        visitor.press("Se vad som händer")
    expect(page.get_by_role("heading", name="Påminnelse med sms, 2 timmar före")).to_be_visible()
    if with_scripts:
        assert violations(page) == []
    visitor.press("Spara planen")
    visitor.sees("Planen är sparad.", "Påminnelse med sms, 2 timmar före")
    step = PlanStep.objects.get(channel=Channel.SMS)
    assert (step.timing, step.plan.cohort) == (hours(2, channel=Channel.SMS), session.cohort)
