"""PostgreSQL, Redis, workers and beats break while mail goes out; it goes on by itself within a minute."""

import logging
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import pytest
from django.db import connection

from introprogram.settings import REDIS_TIMEOUTS
from messaging.choices import State
from messaging.models import Message
from tests.faults import ROUNDS
from tests.faults.oracle import Expected, assert_all_is_well
from tests.faults.passing_time import GRACE, let_the_dead_rest
from tests.faults.portal import PortalWithServers
from tests.faults.postcards import queue_postcards
from tests.smtp import MailServer
from tests.waiting import wait_until

pytestmark = [pytest.mark.postgresql, pytest.mark.worker, pytest.mark.slow, pytest.mark.timeout(600 * ROUNDS)]

logger = logging.getLogger(__name__)
MESSAGES = 40
RECOVERY = 60  # seconds until mail goes out again after the servers have returned
Fault = Callable[[PortalWithServers], AbstractContextManager[None]]
PROCESSES = 2  # of the worker: as many mails can be under way when something breaks


@pytest.fixture(scope="module")
def everyone(standing_portal: PortalWithServers) -> Expected:
    """All to whom tests of this portal write: what one leaves behind, the next one finds."""
    return Expected()


@pytest.fixture(scope="module", autouse=True)
def _processes(standing_portal: PortalWithServers) -> None:
    standing_portal.start_beat()
    standing_portal.start_worker()


@pytest.fixture
def batch(portal: PortalWithServers, everyone: Expected, slow_server: MailServer) -> None:
    """Messages of which some have left and others haven't."""
    before = len(slow_server.accepted)
    everyone.update(queue_postcards(MESSAGES))
    see_to_it(portal, lambda: len(slow_server.accepted) >= before + 5, what="the first mails")
    assert Message.objects.open().exists(), "too late to break anything"


@pytest.fixture
def doubted(portal: PortalWithServers) -> int:
    """How many messages tests before this one left in doubt."""
    return uncertain()


def uncertain() -> int:
    return Message.objects.filter(state=State.UNCERTAIN).count()


def see_to_it(
    portal: PortalWithServers, condition: Callable[[], object], *, what: str, patience: float = RECOVERY
) -> None:
    """Wait for it, and start again whoever ends meanwhile, also of what an earlier test broke."""

    def holds() -> bool:
        portal.keep_up()
        return bool(condition())

    wait_until(holds, what=what, patience=patience)


def assert_it_recovers(portal: PortalWithServers) -> None:
    """Everything that waits leaves by itself within a minute; then, what lost its sender comes to its end."""
    since = time.monotonic()
    see_to_it(portal, nothing_waits, what="the rest of the mail")
    logger.info("everything that waited had left after %.1f s", time.monotonic() - since)
    whoever = "whoever looks after what lost its sender"
    see_to_it(portal, partial(is_at_rest, portal), what=whoever, patience=2 * RECOVERY)


def nothing_waits() -> bool:
    return not Message.objects.filter(state=State.QUEUED).exists()


def is_at_rest(portal: PortalWithServers) -> bool:
    """Whether every message has come to its end. Nobody waits for the leases of senders who are gone."""
    let_the_dead_rest(now=portal.now(), grace=portal.speed * GRACE)
    return not Message.objects.open().exists()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_postgresql_restarts_in_the_middle_of_a_batch(
    portal: PortalWithServers, everyone: Expected, doubted: int, batch: None, slow_server: MailServer, _round: int
) -> None:
    """At once, as after a crash: without writing down what is in its memory."""
    portal.database.end_by("QUIT")
    connection.close()
    portal.database.start()
    everyone.update(queue_postcards(5))
    assert_it_recovers(portal)
    assert_all_is_well(everyone, slow_server.copies, most_uncertain=doubted + PROCESSES)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_mail_that_is_accepted_while_postgresql_is_away_is_sent(
    portal: PortalWithServers,
    everyone: Expected,
    doubted: int,
    slow_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    _round: int,
) -> None:
    """Its sender knows the answer, and writes it down when PostgreSQL is back."""
    monkeypatch.setattr(slow_server, "delay", 1)
    before = len(slow_server.accepted)
    mails = queue_postcards(2)
    everyone.update(mails)
    see_to_it(portal, Message.objects.filter(state=State.SENDING).exclude(handed_over=None).exists, what="a handover")
    portal.database.end_by("QUIT")
    connection.close()
    wait_until(lambda: len(slow_server.accepted) > before, what="a mail that is accepted meanwhile")
    time.sleep(random.uniform(2, 5))
    portal.database.start()

    told = Message.objects.filter(recipient__in=[recipient for _kind, recipient in mails])
    see_to_it(portal, lambda: not told.exclude(state=State.SENT).exists(), what="the mails to be sent")
    assert_it_recovers(portal)
    assert_all_is_well(everyone, slow_server.copies, most_uncertain=doubted)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_worker_is_killed_in_the_middle_of_a_batch(
    portal: PortalWithServers, everyone: Expected, doubted: int, batch: None, slow_server: MailServer, _round: int
) -> None:
    for process in list(portal.processes):
        portal.kill(process)
    portal.start_worker()
    portal.start_beat()
    assert_it_recovers(portal)
    assert_all_is_well(everyone, slow_server.copies, most_uncertain=doubted + PROCESSES)


@contextmanager
def redis_dies(portal: PortalWithServers) -> Iterator[None]:
    portal.broker.end_by("KILL")
    yield
    portal.broker.start()


@contextmanager
def redis_says_nothing(portal: PortalWithServers) -> Iterator[None]:
    """For longer than anybody waits for its answer."""
    process = int(portal.redis().info("server")["process_id"])
    os.kill(process, signal.SIGSTOP)
    try:
        yield
        time.sleep(5 * REDIS_TIMEOUTS["socket_timeout"])
    finally:
        os.kill(process, signal.SIGCONT)


@contextmanager
def redis_forgets(portal: PortalWithServers) -> Iterator[None]:
    portal.redis().flushall()
    yield


@pytest.mark.parametrize("breaks", [redis_dies, redis_says_nothing, redis_forgets])
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_redis_fails_in_the_middle_of_a_batch(
    portal: PortalWithServers,
    everyone: Expected,
    doubted: int,
    batch: None,
    slow_server: MailServer,
    breaks: Fault,
    _round: int,
) -> None:
    """It is asked for nothing but to wake somebody, so no message is in doubt."""
    with breaks(portal):
        everyone.update(queue_postcards(5))
    assert_it_recovers(portal)
    assert_all_is_well(everyone, slow_server.copies, most_uncertain=doubted)


def test_a_deploy_ends_the_worker_in_the_middle_of_a_batch(
    portal: PortalWithServers, everyone: Expected, doubted: int, batch: None, slow_server: MailServer
) -> None:
    """The mail under way is finished, the rest is left to the next release."""
    for process in list(portal.processes):
        portal.replace(process)
    assert_it_recovers(portal)
    assert_all_is_well(everyone, slow_server.copies, most_uncertain=doubted)


def test_two_beats_wake_two_workers(portal: PortalWithServers, everyone: Expected, slow_server: MailServer) -> None:
    doubted = uncertain()
    portal.start_beat()
    portal.start_worker()
    everyone.update(queue_postcards(MESSAGES))
    assert_it_recovers(portal)
    assert_all_is_well(everyone, slow_server.copies, most_uncertain=doubted)
