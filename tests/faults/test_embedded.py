"""The portal without servers: SQLite, and a folder as the broker. Its worker is killed and replaced, too."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connections

from messaging.models import Message
from tests.faults.oracle import assert_all_is_well
from tests.faults.passing_time import GRACE, let_the_dead_rest
from tests.faults.portal import Portal
from tests.faults.postcards import queue_postcards
from tests.services import wanted
from tests.smtp import MailServer
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("database_of_many"),
    pytest.mark.skipif(wanted() != "sqlite", reason="this run is on PostgreSQL"),
]

MESSAGES = 30
PROCESSES = 2


@pytest.fixture
def portal(database_of_many: None, slow_server: MailServer, tmp_path: Path) -> Iterator[Portal]:
    environment = {
        "DATABASE_URL": f"sqlite:///{connections['default'].settings_dict['NAME']}",
        "CELERY_BROKER_URL": "filesystem://",
        "EMAIL_URL": slow_server.url,
    }
    portal = Portal(environment, tmp_path, speed=10)
    yield portal
    portal.stop()


def is_at_rest(portal: Portal) -> bool:
    let_the_dead_rest(now=portal.now(), grace=portal.speed * GRACE)
    return not Message.objects.open().exists()


def test_killed_then_replaced_in_the_middle_of_a_batch(portal: Portal, slow_server: MailServer) -> None:
    expected = queue_postcards(MESSAGES)
    portal.start_beat()
    worker = portal.start_worker()
    wait_until(lambda: len(slow_server.accepted) >= 5, what="the first mails")
    portal.kill(worker)
    assert Message.objects.open().exists(), "too late to break anything"

    worker = portal.start_worker()
    expected += queue_postcards(MESSAGES)
    wait_until(lambda: len(slow_server.accepted) >= MESSAGES, what="more mails")
    portal.replace(worker)
    wait_until(partial(is_at_rest, portal), what="the rest of the mail")
    assert_all_is_well(expected, slow_server.copies, most_uncertain=PROCESSES)
