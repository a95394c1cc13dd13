"""A coordinator words a message anew: she sees it while she types, sends it to herself, and it is what people get."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from messaging import actions
from messaging.mailbox import newest_first, read
from messaging.models import TextVersion
from tests.conftest import OpenPage
from tests.factories import EnrolmentFactory, coordinator
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    """Where mail is written."""
    settings.EMAIL_IN_FOLDER = True
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def post_office() -> None:
    actions.dispatch(clock=timezone.now, limit=timedelta(seconds=30))


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_a_text_is_seen_tried_saved_and_sent(
    open_page: OpenPage, live_server: LiveServer, mail_folder: Path, with_scripts: bool
) -> None:
    enrolment = EnrolmentFactory(participant__first_name="Åsa")
    anna = coordinator(enrolment.cohort.region)
    visitor = Visitor(open_page(java_script_enabled=with_scripts), live_server.url, with_scripts=with_scripts)
    visitor.log_in_with_password(anna)
    visitor.open("/installningar/")
    visitor.follow("Texter i meddelanden")
    visitor.follow("Antagen")
    frame = visitor.page.locator("iframe")
    expect(frame).to_have_attribute("srcdoc", re.compile("Åsa har fått plats"))

    visitor.fill(Ämne="Hurra, {förnamn}!", Text="Grattis, {förnamn} är med.\n\n{fakta}\n\n- boka tåg\n- packa")
    if not with_scripts:
        visitor.press("Förhandsvisning")
    expect(frame).to_have_attribute("srcdoc", re.compile("Hurra, Åsa!"))
    expect(frame).to_have_attribute("srcdoc", re.compile("<li>packa</li>"))
    assert not TextVersion.objects.exists()

    visitor.press("Skicka ett test till mig")
    visitor.sees(anna.email)
    post_office()
    [tried] = [read(mail) for mail in newest_first()]
    assert (tried.recipient, tried.subject) == (anna.email, "Test: Hurra, Åsa!")

    visitor.fill(Ämne="Hurra, {surname}!")
    visitor.press("Spara")
    visitor.sees("Det finns ingen platshållare som heter {surname}")
    visitor.fill(Ämne="Hurra, {förnamn}!")
    visitor.press("Spara")
    visitor.sees("Texten är sparad", "Version 1")
    visitor.follow("Versioner")
    visitor.sees("Gäller nu")
