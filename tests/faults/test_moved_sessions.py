"""A session moves while its messages are in the hands of a sender."""

import asyncio
from threading import Event

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone
from pytest_django import Settings

from messaging.choices import State
from messaging.models import Message
from tests.faults.jobs import send
from tests.faults.oracle import Account, account_of
from tests.faults.processes import run, start
from tests.sessions.changing import CHANGED, World
from tests.smtp import MailServer

pytestmark = pytest.mark.usefixtures("database_of_many")


class Hesitating(MailServer):
    """Takes its time over the first receiver."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked, self.may_answer = Event(), Event()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.was_asked.set()
        await asyncio.to_thread(self.may_answer.wait)
        return await super().handle_RCPT(server, session, envelope, address, options)


def test_between_claim_and_handover(settings: Settings) -> None:
    """Nobody hears of the date that no longer holds, everybody once of the one that does."""
    server = Hesitating()
    server.start()
    settings.EMAIL_IN_FOLDER = False
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = server.hostname, server.port, 30
    try:
        world = World(today=timezone.localdate())
        world.move(now=timezone.now())
        sender = start(send)
        assert server.was_asked.wait(timeout=60)
        assert Message.objects.get(state=State.SENDING).handed_over is None
        world.move(now=timezone.now())
        server.may_answer.set()
        sender.join()
        assert sender.exitcode == 0
        assert run(send) == 0
    finally:
        server.may_answer.set()
        server.stop()

    told = Message.objects.filter(kind=CHANGED, state=State.SENT)
    assert {message.refs[f"session:{world.session.pk}"] for message in told} == {"1-3"}
    assert sorted(told.values_list("recipient", flat=True)) == sorted(world.everyone)
    assert account_of(server.copies) == Account()
