"""A mail server that fails in every way it can while senders are at work; then it is as good as any other.

tests/messaging/test_smtp.py has what each answer means for a message.
"""

import pytest
from pytest_django import Settings

from messaging.choices import State
from messaging.models import Message
from tests.faults.jobs import send
from tests.faults.oracle import assert_all_is_well
from tests.faults.passing_time import let_time_pass
from tests.faults.processes import run, start
from tests.faults.work import Work, postcards
from tests.smtp import DROP, HANG, MailServer

pytestmark = pytest.mark.usefixtures("database_of_many")

LATER = [
    ("mail", "421 4.3.2 Shutting down"),
    ("mail", HANG),
    ("mail", DROP),
    ("recipient", "451 4.7.1 Try again later"),
    ("recipient", DROP),
    ("data", "451 4.3.0 Try again later"),
    ("final dot", "451 4.3.0 Try again later"),
]
IN_DOUBT = [("text", DROP), ("final dot", DROP), ("final dot", HANG), ("answer", DROP), ("answer", HANG)]
REFUSED = [("recipient", "550 5.1.1 No such user"), ("final dot", "554 5.7.1 No thanks")]
REFUSES_THE_PORTAL = [("mail", "550 5.7.1 Who are you?"), ("mail", "530 5.7.0 Authentication required")]


@pytest.fixture
def work(mail_server: MailServer) -> Work:
    mail_server.once = True
    return postcards(4)


def send_until_nothing_waits() -> None:
    """As beat does, with the time between its ticks."""
    for _round in range(4):
        assert run(send) == 0
        let_time_pass()


def states() -> set[str]:
    return set(Message.objects.values_list("state", flat=True))


@pytest.mark.parametrize(("step", "what"), LATER + REFUSES_THE_PORTAL)
def test_whoever_can_be_told_later_is_told_then(work: Work, mail_server: MailServer, step: str, what: str) -> None:
    mail_server.misbehaviour = {step: what}
    send_until_nothing_waits()
    assert_all_is_well(work.expected(), mail_server.copies)
    assert states() == {State.SENT}


@pytest.mark.parametrize(("step", "what"), IN_DOUBT)
def test_silence_after_the_text_leaves_one_in_doubt(work: Work, mail_server: MailServer, step: str, what: str) -> None:
    mail_server.misbehaviour = {step: what}
    send_until_nothing_waits()
    assert_all_is_well(work.expected(), mail_server.copies, most_uncertain=1)
    assert Message.objects.filter(state=State.UNCERTAIN).count() == 1
    assert len(mail_server.accepted) == (4 if step == "answer" else 3)


@pytest.mark.parametrize(("step", "what"), REFUSED)
def test_whoever_is_refused_is_not_told_and_nobody_else_waits(
    work: Work, mail_server: MailServer, step: str, what: str
) -> None:
    mail_server.misbehaviour = {step: what}
    send_until_nothing_waits()
    refused = Message.objects.get(state=State.DEAD)
    assert refused.error == what
    assert_all_is_well(work.expected(), mail_server.copies, refused=[refused.recipient])


def test_a_wrong_password_stops_all_senders_and_uses_up_no_tries(work: Work, settings: Settings) -> None:
    server = MailServer(password="right")
    server.start()
    try:
        settings.EMAIL_PORT, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = server.port, "portal", "wrong"
        for sender in [start(send) for _sender in range(3)]:
            sender.join()
        assert set(Message.objects.values_list("state", "tries")) == {(State.QUEUED, 0)}
        settings.EMAIL_HOST_PASSWORD = "right"
        let_time_pass()
        send_until_nothing_waits()
        assert_all_is_well(work.expected(), server.copies)
    finally:
        server.stop()


def test_a_server_that_is_away_and_comes_back(work: Work, mail_server: MailServer, settings: Settings) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # where nobody listens
    send_until_nothing_waits()
    assert set(Message.objects.values_list("state", "tries")) == {(State.QUEUED, 0)}
    settings.EMAIL_PORT = port
    send_until_nothing_waits()
    assert_all_is_well(work.expected(), mail_server.copies)
