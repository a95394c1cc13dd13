"""The usual way, for comparison (`python -m tests.faults.soak --naive`): select a message, send it, mark it."""

import random
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from django.core.mail import EmailMessage
from django.db import connection

from messaging.choices import State
from messaging.models import Message
from tests.faults.long_run import LongRun
from tests.faults.oracle import message_id
from tests.faults.portal import PortalWithServers
from tests.faults.processes import start

SENDERS = 4  # as many as two workers have processes
PAUSE = 0.1  # seconds, when nothing is to be sent


def send_naively() -> None:
    """Do so until somebody ends this process."""
    while True:
        message = Message.objects.filter(state=State.QUEUED).first()
        if message is None:
            time.sleep(PAUSE)
            continue
        headers = {"Message-ID": message_id(message)}
        EmailMessage("Hej", "Vädret är härligt.", to=[message.recipient], headers=headers).send()
        message.state = State.SENT
        message.save(update_fields=["state"])


class NaiveRun(LongRun):
    """The same messages and kills; only senders are killed, no servers."""

    def __init__(self, portal: PortalWithServers, accepted: Path, *, messages: int, kills: int) -> None:
        super().__init__(portal, accepted, messages=messages, kills=kills)
        self.senders: list[ForkServerProcess] = []

    def start(self) -> None:
        self.senders = [start(send_naively) for _sender in range(SENDERS)]

    def keep_up(self) -> None:
        self.senders = [sender if sender.is_alive() else start(send_naively) for sender in self.senders]

    def stop(self) -> None:
        for sender in self.senders:
            sender.kill()
            sender.join()
        connection.close()

    def kill(self) -> None:
        sender = random.choice(self.senders)
        sender.kill()
        sender.join()
        self.kills["sender"] += 1
