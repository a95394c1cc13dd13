"""A sender of urgent mail is killed between handover and answer: silence would do more harm than a second copy."""

import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.choices import State
from tests.factories import MessageFactory
from tests.faults.jobs import send
from tests.faults.kinds import URGENT
from tests.faults.oracle import Copies, message_id
from tests.faults.passing_time import let_time_pass
from tests.faults.processes import run
from tests.smtp import MailServer

pytestmark = pytest.mark.usefixtures("database_of_many")


@pytest.mark.parametrize(("place", "arrived"), [("after handover", 0), ("after answer", 1)])
def test_it_is_sent_again_as_the_same_mail(mail_server: MailServer, place: str, arrived: int) -> None:
    message = MessageFactory(kind=URGENT, due=timezone.now() - timedelta(minutes=1))
    assert run(send, crash_at=place) == -signal.SIGKILL
    for _round in range(3):
        let_time_pass()
        assert run(send) == 0
    message.refresh_from_db()
    assert (message.state, message.resends) == (State.SENT, 1)
    assert mail_server.copies == Copies({message_id(message): arrived + 1})
