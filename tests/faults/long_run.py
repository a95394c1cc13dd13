"""A long run of messages and kills.

Real workers and a beat, PostgreSQL, Redis and a mail server. While messages leave, processes are killed (kill -9):
children of the workers, whole workers and beats at any moment, and senders exactly at each named place; now and then
PostgreSQL restarts at once, or Redis dies. In the end every message must have been accepted once, or be uncertain
because a sender was killed between its handover and the answer.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.core.management import call_command
from django.db import connection

from messaging.actions import queue
from messaging.choices import State
from messaging.kinds import Draft
from messaging.models import Message
from tests.faults.jobs import send
from tests.faults.mail_counter import copies_in
from tests.faults.oracle import account_of
from tests.faults.portal import PortalWithServers
from tests.faults.processes import run
from tests.messaging.postcards import POSTCARD

WORKERS = 2
SECONDS = 3  # longer than a sender waits for the mail server's answer
# What is killed, and how often. Beside that, one of the servers dies every so many kills.
VICTIMS = {"child": 70, "worker": 8, "beat": 2, "after claim": 6, "after handover": 7, "after answer": 7}
SERVER_EVERY = 50
CROWD = 200  # messages that wait for the senders
PATIENCE = 300  # seconds without any message that comes to its end, after which the run is given up


class LongRun:
    """One run, on a portal without tables whose mail server writes what it accepts into a file."""

    def __init__(self, portal: PortalWithServers, accepted: Path, *, messages: int, kills: int) -> None:
        self.portal = portal
        self.accepted = accepted
        self.messages = messages
        self.queued = 0
        # At random places of the stream, whatever its speed.
        self.places = sorted((random.randrange(messages) for _kill in range(kills)), reverse=True)
        self.kills: Counter[str] = Counter()
        self.servers: Counter[str] = Counter()
        self.explained: set[UUID] = set()  # messages handed over and not answered for when something was killed

    def run(self) -> int:
        """Send everything, kill meanwhile, print what came of it; return the exit code."""
        call_command("migrate", verbosity=0)
        self.start()
        since = moved = time.monotonic()
        done = 0
        while done < self.messages and time.monotonic() < moved + PATIENCE:
            self.queue_more()
            if (now_done := self.queued - Message.objects.open().count()) != done:
                done, moved = now_done, time.monotonic()
            if self.places and done >= self.places[-1]:
                self.places.pop()
                self.kill()
            else:
                time.sleep(0.02)
            self.keep_up()
        self.stop()
        return self.report(time.monotonic() - since)

    def start(self) -> None:
        """Start who sends."""
        self.portal.start_beat()
        for _worker in range(WORKERS):
            self.portal.start_worker()

    def keep_up(self) -> None:
        """Start again who has ended."""
        if self.portal.keep_up():
            self.explain()

    def stop(self) -> None:
        self.portal.stop()

    def queue_more(self) -> None:
        """Let messages wait, to many domains as a region's are; not so many that they are gone before the kills."""
        target = min(self.messages, self.places[-1] + CROWD if self.places else self.messages)
        if target <= self.queued:
            return
        now = self.portal.now()
        queue(
            Draft(
                kind=POSTCARD,
                key=f"postcard:{number}",
                recipient=f"mottagare{number}@kommun{number % 300}.example",
                language="sv",
                due=now - timedelta(minutes=1),
                expires=now + timedelta(days=300),
            )
            for number in range(self.queued, target)
        )
        self.queued = target

    def kill(self) -> None:
        """Kill one process, and now and then a server beside it."""
        killed = False
        while not killed:
            victim = random.choices(list(VICTIMS), list(VICTIMS.values()))[0]
            match victim:
                case "child":
                    killed = self.kill_child()
                case "worker" | "beat":
                    os.killpg(random.choice(self.portal.of(victim)).pid, signal.SIGKILL)
                    killed = True
                case _:
                    killed = run(send, crash_at=victim) != 0
        self.explain()
        self.kills[victim] += 1
        if self.kills.total() % SERVER_EVERY == 0:
            self.break_server()

    def kill_child(self) -> bool:
        """Kill one of the processes in which a worker does its tasks; tell whether there was one."""
        worker = random.choice(self.portal.of("worker"))
        found = subprocess.run(["pgrep", "--parent", str(worker.pid)], stdout=subprocess.PIPE, check=False)
        children = [int(child) for child in found.stdout.split()]
        if not children:
            return False
        try:
            os.kill(random.choice(children), signal.SIGKILL)
        except ProcessLookupError:  # it ended by itself just now
            return False
        return True

    def break_server(self) -> None:
        """End PostgreSQL or Redis without a warning, and start it again after a moment."""

        name = random.choice(["PostgreSQL", "Redis"])
        if name == "Redis":
            self.portal.broker.end_by("KILL")
            time.sleep(random.uniform(0, 2))
            self.portal.broker.start()
        else:
            self.portal.database.end_by("QUIT")
            connection.close()
            self.portal.database.start()
        self.explain()
        self.servers[name] += 1

    def explain(self) -> None:
        """Note which messages were between handover and answer, whose senders may have just been killed."""

        just_now = self.portal.now() - timedelta(seconds=self.portal.speed * SECONDS)
        under_way = Message.objects.filter(state=State.SENDING, handed_over__gte=just_now)
        self.explained.update(under_way.values_list("pk", flat=True))

    def report(self, seconds: float) -> int:
        """Print the account; return 0 if nothing is lost, doubled or in doubt without a reason."""

        copies = copies_in(self.accepted)
        account = account_of(copies)
        uncertain = set(Message.objects.filter(state=State.UNCERTAIN).values_list("pk", flat=True))
        unexplained = uncertain - self.explained
        print(f"{seconds:.0f} s; killed: {told(self.kills)}; restarted: {told(self.servers)}")
        print(
            f"in doubt: {len(uncertain)}, of which {len(account.uncertain - set(copies))} did not arrive; "
            f"without a kill that explains it: {len(unexplained)}"
        )
        lost = len(account.lost) + self.messages - Message.objects.count()
        doubled = len(account.doubled | account.unasked)
        print(
            f"messages={self.messages} kills={self.kills.total()} lost={lost} doubled={doubled} "
            f"uncertain={len(account.uncertain)}"
        )
        return int(bool(lost or doubled or unexplained or self.places))


def told(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing"
