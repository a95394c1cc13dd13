"""kill -9 of senders in the middle of their work, in front of a real mail server: nothing is lost, nothing doubled."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from common.faults import CRASH_AT
from common.wakeup import wake_on_commit
from messaging.choices import State
from messaging.models import Message
from messaging.rules import LEASE
from tests.conftest import StartWorker
from tests.factories import MessageFactory
from tests.smtp import MailServer
from tests.waiting import wait_until

MESSAGES = 30
WORKER_PROCESSES = 2


@pytest.fixture
def slow_server() -> Iterator[MailServer]:
    """A mail server that gives a test the time to cut the power."""
    server = MailServer(delay=0.05)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def surroundings(child_environment: dict[str, str], slow_server: MailServer) -> dict[str, str]:
    """The environment of senders that know postcards and take them to the slow server."""
    child_environment["EMAIL_URL"] = slow_server.url
    child_environment["DJANGO_SETTINGS_MODULE"] = "tests.messaging.worker_settings"
    return child_environment


def queue_postcards(count: int) -> set[str]:
    """Queue messages that are due; return the Message-IDs that a server must see."""
    messages = MessageFactory.create_batch(count, due=timezone.now() - timedelta(minutes=1))
    return {message_id(message) for message in messages}


def message_id(message: Message) -> str:
    return f"<{message.pk}@localhost>"


def has_accepted(server: MailServer, count: int) -> bool:
    return len(server.accepted) >= count


def nothing_to_do() -> bool:
    waiting, under_way = Message.objects.claimable(now=timezone.now()), Message.objects.filter(state=State.SENDING)
    return not waiting.exists() and not under_way.exists()


def let_time_pass() -> None:
    """Make it later by what a lease and a second try take."""
    Message.objects.update(lease_until=F("lease_until") - LEASE, next_try=F("next_try") - timedelta(minutes=5))


def assert_nothing_lost_nothing_doubled(expected: set[str], server: MailServer, *, most_uncertain: int) -> None:
    """Every message was accepted exactly once, or handed over and not answered for."""
    in_state = {
        state: {message_id(message) for message in Message.objects.filter(state=state)}
        for state in (State.SENT, State.UNCERTAIN)
    }
    accepted = server.copies
    assert in_state[State.SENT] | in_state[State.UNCERTAIN] == expected, "lost"
    assert set(accepted.values()) <= {1}, "doubled"
    assert in_state[State.SENT] <= set(accepted), "said to be sent, but isn't"
    assert expected - set(accepted) <= in_state[State.UNCERTAIN]
    assert len(in_state[State.UNCERTAIN]) <= most_uncertain


@pytest.mark.worker
@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_batch(
    surroundings: dict[str, str], slow_server: MailServer, start_worker: StartWorker
) -> None:
    expected = queue_postcards(MESSAGES)
    cuts = (7, 16)
    for accepted in cuts:
        worker = start_worker()
        for _process in range(WORKER_PROCESSES):
            wake_on_commit("messaging.tasks.dispatch")
        wait_until(partial(has_accepted, slow_server, accepted), what=f"{accepted} mails")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        let_time_pass()
    assert Message.objects.open().exists(), "the power was cut too late to show anything"

    start_worker()
    while Message.objects.open().exists():
        wake_on_commit("messaging.tasks.dispatch")  # as beat does
        wait_until(nothing_to_do, what="the end of a round")
        let_time_pass()
    assert_nothing_lost_nothing_doubled(expected, slow_server, most_uncertain=len(cuts) * WORKER_PROCESSES)


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "uncertain", "copies"),
    [
        ("after claim", 0, 1),
        ("after handover", 1, 0),  # silence: it may have arrived, and here it hasn't
        ("after answer", 1, 1),  # silence: it may have arrived, and here it has
    ],
)
def test_a_sender_killed_at_the_worst_places(
    surroundings: dict[str, str], slow_server: MailServer, place: str, uncertain: int, copies: int
) -> None:
    expected = queue_postcards(3)
    assert dispatch(surroundings | {CRASH_AT: place}) == -signal.SIGKILL
    let_time_pass()
    assert dispatch(surroundings) == 0
    let_time_pass()
    assert dispatch(surroundings) == 0
    assert_nothing_lost_nothing_doubled(expected, slow_server, most_uncertain=1)
    assert Message.objects.filter(state=State.UNCERTAIN).count() == uncertain
    assert len(slow_server.accepted) == 2 + copies


def dispatch(environment: dict[str, str]) -> int:
    """Send what is due in a process of its own; return how that ended."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "dispatch"]
    return subprocess.run(command, env=environment, check=False).returncode
