"""kill -9 at each place that the code names: whoever comes next finds what there is to do, and nobody notices."""

import signal
from collections.abc import Callable
from functools import partial

import pytest

from certificates.choices import CertificateStatus
from certificates.models import Certificate
from messaging.choices import State
from messaging.models import Message
from participants.actions.imports.carry_out import PEOPLE_AT_ONCE
from participants.models import Import, Participant
from tests.faults import jobs
from tests.faults.oracle import assert_all_is_well
from tests.faults.passing_time import let_time_pass
from tests.faults.points import crash_points
from tests.faults.processes import run
from tests.faults.work import Work, a_list_of, certificates_to_issue, certificates_to_render, postcards
from tests.smtp import MailServer

pytestmark = pytest.mark.usefixtures("database_of_many")


WHO_DIES: dict[str, Callable[[], Work]] = {
    "after claim": partial(postcards, 3),
    "after handover": partial(postcards, 3),
    "after answer": partial(postcards, 3),
    "in the middle of issuing": partial(certificates_to_issue, 3),
    "before a file takes its place": partial(certificates_to_render, 3),
    "after taking certificates": partial(certificates_to_render, 3),
    "after storing a certificate": partial(certificates_to_render, 3),
    "before certificates are ready": partial(certificates_to_render, 3),
    "in the middle of an import": partial(a_list_of, PEOPLE_AT_ONCE + 1),
    "at the end of an import": partial(a_list_of, 3),
}
IN_DOUBT = {"after handover": 0, "after answer": 1}  # copies of a message of which nobody knows whether it arrived


def test_every_point_is_tested() -> None:
    assert crash_points() == sorted(WHO_DIES)


@pytest.mark.parametrize("place", WHO_DIES)
def test_killed_there(place: str, mail_server: MailServer) -> None:
    work = WHO_DIES[place]()
    assert run(work.job, crash_at=place) == -signal.SIGKILL
    assert_nothing_is_half_done(place)
    let_time_pass()

    for job in (work.job, jobs.render_pending, jobs.send):
        assert run(job) == 0
        let_time_pass()
    assert run(jobs.send) == 0
    in_doubt = place in IN_DOUBT
    assert_all_is_well(work.expected(), mail_server.copies, most_uncertain=int(in_doubt))
    assert Message.objects.filter(state=State.UNCERTAIN).count() == int(in_doubt)
    assert len(mail_server.accepted) == Message.objects.count() - int(in_doubt) + IN_DOUBT.get(place, 0)


def assert_nothing_is_half_done(place: str) -> None:
    """What the killed transaction had begun is undone; no certificate is said to be ready."""
    if place == "in the middle of issuing":
        assert not Certificate.objects.exists()
    if place.endswith("of an import"):
        assert not Participant.objects.exists()
        assert Import.objects.get().is_under_way
    assert not Certificate.objects.filter(status=CertificateStatus.READY).exists()
