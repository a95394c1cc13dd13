"""A session is moved: in a browser on one page, with a real worker and a real mail server, and with the power cut."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from common.faults import CRASH_AT
from common.wakeup import wake_on_commit
from messaging.choices import State
from messaging.models import Message
from messaging.rules import LEASE
from sessions.models import CohortSession
from tests.conftest import OpenPage, StartWorker
from tests.factories import EnrolmentFactory, a_plain_tuesday
from tests.journey.passing_time import wait_until
from tests.journey.visitor import Visitor
from tests.sessions.changing import CHANGED, World
from tests.smtp import MailServer

PROCESSES = 2  # of a worker: as many mails can be under way when the power is cut


@pytest.fixture
def slow_server(mail_server: MailServer, child_environment: dict[str, str]) -> MailServer:
    """The worker's mail server, which leaves a test the time to cut the power."""
    mail_server.delay = 0.1
    child_environment["EMAIL_URL"] = mail_server.url
    return mail_server


@pytest.fixture
def world(transactional_db: None) -> World:
    """Its sessions are ahead, whatever day it is; the first on a Tuesday that suits."""
    return World(today=a_plain_tuesday() - timedelta(weeks=5))


def mails_to(server: MailServer) -> Counter[str]:
    return Counter(address for accepted in server.accepted for address in accepted.recipients)


def let_leases_end() -> None:
    Message.objects.update(lease_until=F("lease_until") - LEASE, next_try=F("next_try") - timedelta(minutes=5))


def is_under_way() -> bool:
    waiting = Message.objects.claimable(now=timezone.now())
    return waiting.exists() or Message.objects.filter(state=State.SENDING).exists()


@pytest.mark.browser
@pytest.mark.worker
@pytest.mark.postgresql
@pytest.mark.slow
def test_on_one_page_with_its_consequences_and_everyone_is_told_once(
    open_page: OpenPage,
    live_server: LiveServer,
    settings: Settings,
    world: World,
    slow_server: MailServer,
    child_environment: dict[str, str],
    start_worker: StartWorker,
) -> None:
    settings.BASE_URL = child_environment["BASE_URL"] = live_server.url
    session = world.session
    start_worker()
    siv = Visitor(open_page(), live_server.url)
    siv.log_in_with_password(world.siv)

    siv.open(f"/tillfallen/{session.pk}/andra/")
    next_day = timezone.localtime(session.starts).date() + timedelta(days=1)
    siv.page.get_by_label("Datum", exact=True).fill(next_day.isoformat())
    expect(siv.page.locator("#consequences")).to_contain_text("3 deltagare, 1 chef och 1 föreläsare får ett meddelande")
    siv.page.get_by_text("Vilka som får besked").click()
    expect(siv.page.locator("#consequences")).to_contain_text(str(world.boss))
    siv.fill(**{"En mening till dem som berörs (frivilligt)": "Lena är sjuk."})
    siv.examine()
    siv.press("Spara och meddela 5 personer")
    siv.sees("Flyttat från", "Lena är sjuk.", "Ångra")
    wait_until(lambda: mails_to(slow_server) == dict.fromkeys(world.everyone, 1), what="one mail to each")
    bodies = [accepted.mail.get_body(("plain",)) for accepted in slow_server.accepted]
    assert all(body and "Lena är sjuk." in body.get_content() for body in bodies)

    siv.open(f"/tillfallen/{session.pk}/")
    siv.sees("5 personer har fått besked och får ett nytt meddelande")
    siv.press("Ångra")
    siv.sees("Ändringen är ångrad")
    assert world.session.starts == session.starts
    wait_until(lambda: mails_to(slow_server) == dict.fromkeys(world.everyone, 2), what="one more mail to each")


@pytest.mark.worker
@pytest.mark.slow
def test_nobody_is_told_twice_or_forgotten_when_the_worker_is_killed(
    world: World, slow_server: MailServer, start_worker: StartWorker
) -> None:
    people = EnrolmentFactory.create_batch(12, cohort=world.cohort, municipality=world.municipality)
    everyone = world.everyone | {person.participant.email for person in people}
    worker = start_worker()
    world.move(now=timezone.now())
    wait_until(lambda: len(slow_server.accepted) >= 4, what="the first mails")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert Message.objects.open().exists(), "cut too late to show anything"

    let_leases_end()
    start_worker()
    while Message.objects.open().exists():
        wake_on_commit("messaging.tasks.dispatch")  # as beat does
        wait_until(lambda: not is_under_way(), what="the end of a round")
        let_leases_end()
    messages = {message.recipient: message.state for message in Message.objects.filter(kind=CHANGED)}
    assert set(messages) == everyone, "forgotten"
    assert set(mails_to(slow_server).values()) == {1}, "told twice"
    unknown = {address for address, state in messages.items() if state == State.UNCERTAIN}
    assert everyone - set(mails_to(slow_server)) <= unknown
    assert len(unknown) <= PROCESSES


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.parametrize("place", ["after claim", "after handover", "after answer"])
def test_a_sender_dies_and_the_session_moves_on(
    world: World, slow_server: MailServer, child_environment: dict[str, str], place: str
) -> None:
    """Who was being told when the sender died is told from what she may know; everyone else once, of the last date."""
    world.move(now=timezone.now())
    assert dispatch(child_environment | {CRASH_AT: place}) == -signal.SIGKILL
    world.move(now=timezone.now())
    let_leases_end()
    assert dispatch(child_environment) == 0
    step = {
        message.recipient: message.refs[f"session:{world.session.pk}"]
        for message in Message.objects.filter(kind=CHANGED, state=State.SENT)
    }
    assert set(step) == world.everyone
    handed_over = int(place != "after claim")
    assert Counter(step.values()) == Counter({"1-3": 5 - handed_over, "2-3": handed_over})
    in_doubt = int(place == "after answer")
    assert Counter(mails_to(slow_server).values()) == Counter({1: 5 - in_doubt, 2: in_doubt})
    assert CohortSession.objects.get(pk=world.session.pk).revision == 3


def dispatch(environment: dict[str, str]) -> int:
    """Send what is due in a process of its own; return how that ended."""
    command = [sys.executable, str(django_settings.BASE_DIR / "manage.py"), "dispatch"]
    return subprocess.run(command, env=environment, check=False).returncode
