"""A coordinator takes care of a message that came back, and of one that nobody answered for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from messaging.choices import Outcome, State
from messaging.models import DeliveryAttempt, Message
from messaging.rules import PATIENCE
from regions.models import Region
from sessions.messages.reminder import NAME as REMINDER
from tests.factories import CohortFactory, CohortSessionFactory, EnrolmentFactory, MessageFactory, coordinator
from tests.journey.accessibility import violations
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def region() -> Region:
    """Anna and Bo have been reminded of a session in two days: Anna's mail came back, to Bo's nobody answered."""
    cohort = CohortFactory(name="VT A")
    session = CohortSessionFactory(cohort=cohort, day=timezone.localdate() + timedelta(days=2))
    for name, state, outcome in (
        ("anna", State.BOUNCED, Outcome.ACCEPTED),
        ("bo", State.UNCERTAIN, Outcome.UNKNOWN),
    ):
        enrolment = EnrolmentFactory(
            cohort=cohort, participant__first_name=name.title(), participant__email=f"{name}@example.org"
        )
        refs = {"session": str(session.pk), "enrolment": str(enrolment.pk), "revision": session.revision, "days": 2}
        then = timezone.now() - 2 * PATIENCE
        message = MessageFactory(
            kind=REMINDER, recipient=f"{name}@example.org", scope=cohort.region.pk, refs=refs, state=state, tries=1,
            due=then, handed_over=then, expires=session.starts, finished=then if state == State.BOUNCED else None,
        )  # fmt: skip
        DeliveryAttempt.objects.create(message=message, number=1, at=then, outcome=outcome)
    return cohort.region


def test_from_the_overview_both_are_taken_care_of(region: Region, live_server: LiveServer, page: Page) -> None:
    planner = Visitor(page, live_server.url)
    planner.log_in_with_password(coordinator(region))
    group = page.locator("#message")
    expect(group).to_contain_text("anna@example.org")
    expect(group).to_contain_text("bo@example.org")
    assert violations(page) == []

    group.get_by_role("listitem").filter(has_text="bo@").get_by_role("button", name="Räkna som skickat").click()
    expect(page.locator("#message")).not_to_contain_text("bo@example.org")

    page.locator("#message").get_by_role("link", name="Rätta adressen och skicka igen").click()
    page.get_by_label("Rätt e-postadress").fill("anna.ny@example.org")
    assert violations(page) == []
    page.get_by_role("button", name="Skicka till den här adressen").click()
    expect(page.locator("main")).to_contain_text("anna@example.org → anna.ny@example.org")
    assert violations(page) == []
    states = dict(Message.objects.values_list("recipient", "state"))
    assert states == {"anna.ny@example.org": State.QUEUED, "bo@example.org": State.SENT}

    page.goto(live_server.url + reverse("reports:overview"))
    expect(page.locator("#message")).to_have_count(0)
