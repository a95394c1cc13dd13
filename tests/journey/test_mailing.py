"""A coordinator writes to a cohort: she looks at the mail as a reader, sends it, and sees what became of each."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from messaging import actions
from messaging.choices import State
from messaging.mailbox import newest_first, read
from messaging.models import Message
from tests.conftest import OpenPage
from tests.factories import CohortFactory, CohortSessionFactory, EnrolmentFactory, coordinator, manager
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_a_message_is_written_looked_at_sent_and_followed(
    open_page: OpenPage, live_server: LiveServer, settings: Settings, tmp_path: Path, with_scripts: bool
) -> None:
    settings.EMAIL_IN_FOLDER, settings.EMAIL_FILE_PATH = True, str(tmp_path / "mail")
    cohort = CohortFactory(name="Vår 2026")
    CohortSessionFactory(cohort=cohort, day=timezone.localdate() + timedelta(days=30))
    enrolment = EnrolmentFactory(cohort=cohort, participant__first_name="Åsa")
    boss = manager(enrolment.municipality, first_name="Cecilia")
    visitor = Visitor(open_page(java_script_enabled=with_scripts), live_server.url, with_scripts=with_scripts)
    visitor.log_in_with_password(coordinator(cohort.region))
    visitor.open(f"/omgangar/{cohort.pk}/")
    visitor.follow("Skriv till omgången")
    visitor.sees("Inget är skrivet än")
    visitor.follow("Skriv ett meddelande")
    visitor.page.get_by_label("Deltagare och chefer").check()
    visitor.fill(Ämne="Hej {förnamn}", Text="Kafét är stängt i {omgång.")
    visitor.press("Spara och se mejlet")
    visitor.sees("En klammer står ensam")
    visitor.fill(Text="Kafét är stängt i {omgång}.")
    visitor.press("Spara och se mejlet")
    visitor.sees("1 deltagare och 1 chef får mejlet.")
    expect(visitor.page.locator("iframe")).to_have_attribute("srcdoc", re.compile("Kafét är stängt i Vår 2026"))
    assert not Message.objects.exists()

    visitor.press("Skicka till 2 personer")
    visitor.sees("Mejlen skickas", "0 av 2")
    actions.dispatch(clock=timezone.now, limit=timedelta(seconds=30))
    subjects = {mail.recipient: mail.subject for mail in map(read, newest_first()) if mail.subject.startswith("Hej ")}
    assert subjects == {enrolment.participant.email: "Hej Åsa", boss.email: "Hej Cecilia"}
    Message.objects.filter(recipient=boss.email).update(state=State.BOUNCED, error="550 no such user")
    if not with_scripts:
        visitor.page.reload()
    visitor.sees("Så gick det", "Att följa upp", boss.email, "550 no such user")
