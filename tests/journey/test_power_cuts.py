"""kill -9 of the worker while it carries out what people have done in the portal: nothing is lost, nothing doubled.

Where exactly a sender may be killed is tested in tests/messaging; here the real actions are followed to their end.
"""

import os
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from certificates.actions import issue_all
from certificates.choices import CertificateStatus
from certificates.models import Certificate
from common.faults import CRASH_AT
from common.wakeup import wake_on_commit
from messaging.choices import State
from messaging.models import Message
from participants.actions import carry_out_import, confirm_import, enrol, start_import
from participants.details import PersonDetails
from participants.importing.plan import plan_of
from participants.models import Enrolment
from tests.certificates.people import finished_cohort, qualified
from tests.conftest import StartWorker
from tests.factories import CohortFactory, MunicipalityFactory, ProgrammeFactory, coordinator, manager
from tests.faults.oracle import Expected, assert_all_is_well
from tests.faults.passing_time import let_time_pass
from tests.journey.passing_time import wait_until
from tests.participants.files import rows, xlsx
from tests.smtp import MailServer

pytestmark = [pytest.mark.worker, pytest.mark.slow]

PROCESSES = 2  # of a worker: as many mails can be under way when the power is cut
CUTS = 2


@pytest.fixture
def slow_server(mail_server: MailServer, child_environment: dict[str, str]) -> MailServer:
    """The worker's mail server, which leaves a test the time to cut the power."""
    mail_server.delay = 0.1
    child_environment["EMAIL_URL"] = mail_server.url
    return mail_server


def test_while_those_who_were_enrolled_are_welcomed(start_worker: StartWorker, slow_server: MailServer) -> None:
    """Twenty seats; a list of twenty-three while the worker runs, and one more person after the first cut."""
    today = timezone.localdate()
    lund = MunicipalityFactory()
    boss = manager(lund)
    cohort = CohortFactory(
        programme__region=lund.region,
        capacity=20,
        applications_open=today - timedelta(days=1),
        applications_close=today + timedelta(days=20),
        sessions=today + timedelta(days=50),
        published=timezone.now() - timedelta(days=1),
    )

    worker = start_worker()
    upload = start_import(
        cohort=cohort, municipality=lund, filename="nya.xlsx", content=xlsx(*rows(23)), by=boss, now=timezone.now()
    )
    seen = plan_of(upload, by=boss, now=timezone.now()).fingerprint
    carry_out_import(upload=confirm_import(upload=upload, seen=seen, by=boss, now=timezone.now()), now=timezone.now())
    wait_until(lambda: len(slow_server.accepted) >= 5, what="the first mails")
    cut_the_power(worker)
    assert Message.objects.open().exists(), "cut too late to show anything"

    late = PersonDetails("Tove", "Exempel", "tove@example.org", lund, "Barn och familj", "Socialsekreterare", today)
    enrol(cohort=cohort, person=late, by=boss, now=timezone.now())
    worker = start_worker()
    wake_the_worker()
    wait_until(lambda: len(slow_server.accepted) >= 12, what="more mails")
    cut_the_power(worker)
    assert Message.objects.open().exists(), "cut too late to show anything"

    start_worker()
    let_the_worker_finish()
    welcomed = Enrolment.objects.seated().values_list("participant__email", flat=True)
    assert len(welcomed) == 20
    expected = Expected({("welcome", email): 1 for email in welcomed})
    expected["import.confirmed", boss.email] = 1
    expected["enrolment.waiting", boss.email] = 1
    assert_all_is_well(expected, slow_server.copies, most_uncertain=CUTS * PROCESSES)


def test_while_certificates_are_made_and_told_of(
    start_worker: StartWorker, slow_server: MailServer, child_environment: dict[str, str]
) -> None:
    """Twelve certificates: one cut while they are made, another while people are told."""
    lund = MunicipalityFactory()
    boss = manager(lund)
    cohort = finished_cohort(programme=ProgrammeFactory(region=lund.region, modules=2))
    people = [qualified(cohort, municipality=lund).participant for _ in range(12)]

    child_environment[CRASH_AT] = "before certificates are ready"
    worker = start_worker()
    issue_all(cohort=cohort, by=coordinator(lund.region), now=timezone.now())
    wait_until(lambda: len(certificate_files()) >= 10, what="the first files")
    cut_the_power(worker)
    ready = Certificate.objects.filter(status=CertificateStatus.READY)
    assert not ready.exists()

    del child_environment[CRASH_AT]
    worker = start_worker()
    wake_the_worker()
    wait_until(lambda: len(slow_server.accepted) >= 6, what="the first mails")
    cut_the_power(worker)
    assert Message.objects.open().exists() or ready.count() < 12, "cut too late to show anything"

    start_worker()
    let_the_worker_finish()
    assert ready.count() == 12
    expected = Expected({("certificate.ready", person.email): 1 for person in people})
    expected["certificate.ready_manager", boss.email] = 12
    assert_all_is_well(expected, slow_server.copies, most_uncertain=CUTS * PROCESSES)


def cut_the_power(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and its children without a warning, and let pass the time that a lost lease takes to end."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    let_time_pass()


def certificate_files() -> list[Path]:
    return list(Path(default_storage.path("certificates")).rglob("*.pdf"))


def wake_the_worker() -> None:
    """As beat does."""
    for task in ("messaging.tasks.dispatch", "certificates.tasks.render_pending"):
        wake_on_commit(task)


def let_the_worker_finish() -> None:
    while is_open():
        wake_the_worker()
        wait_until(lambda: not is_under_way(), what="the end of a round")
        let_time_pass()


def is_open() -> bool:
    return Message.objects.open().exists() or Certificate.objects.filter(status=CertificateStatus.ISSUED).exists()


def is_under_way() -> bool:
    return (
        Message.objects.claimable(now=timezone.now()).exists()
        or Message.objects.filter(state=State.SENDING).exists()
        or Certificate.objects.filter(status=CertificateStatus.ISSUED).exists()
    )
