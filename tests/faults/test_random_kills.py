"""kill -9 at any moment: of those who work side by side, all at once, again and again."""

import random
import time

import pytest

from certificates.choices import CertificateStatus
from certificates.models import Certificate
from messaging.models import Message
from tests.faults import ROUNDS
from tests.faults.jobs import render_pending, send
from tests.faults.oracle import assert_all_is_well
from tests.faults.passing_time import let_time_pass
from tests.faults.processes import Job, run, start
from tests.faults.work import certificates_to_render, postcards
from tests.smtp import MailServer

pytestmark = [pytest.mark.usefixtures("database_of_many"), pytest.mark.slow, pytest.mark.timeout(300 * ROUNDS)]

SIDE_BY_SIDE = 3
KILLS = 5 * ROUNDS


def kill_at_any_moment(job: Job, *, within: float) -> None:
    """Let some do `job` side by side, and kill them all within so many seconds."""
    processes = [start(job) for _number in range(SIDE_BY_SIDE)]
    time.sleep(random.uniform(0, within))
    for process in processes:
        process.kill()
    for process in processes:
        process.join()
    let_time_pass()


def test_while_they_send(mail_server: MailServer) -> None:
    mail_server.delay = 0.01
    work = postcards(50 * ROUNDS)
    for _kill in range(KILLS):
        kill_at_any_moment(send, within=0.5)
    while Message.objects.open().exists():
        assert run(send) == 0
        let_time_pass()
    assert_all_is_well(work.expected(), mail_server.copies, most_uncertain=KILLS * SIDE_BY_SIDE)


def test_while_they_make_certificates(mail_server: MailServer) -> None:
    work = certificates_to_render(6 * ROUNDS)
    for _kill in range(KILLS):
        kill_at_any_moment(render_pending, within=1)
    assert run(render_pending) == 0
    assert not Certificate.objects.filter(status=CertificateStatus.ISSUED).exists()
    assert run(send) == 0
    assert_all_is_well(work.expected(), mail_server.copies)
