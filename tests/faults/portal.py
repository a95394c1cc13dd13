"""A portal with a PostgreSQL and a Redis of its own, whose servers and processes may be ended at any time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg2
import redis

from tests.faults.quick import quick_time
from tests.services import Server, postgresql, redis_server
from tests.waiting import wait_until

Process = subprocess.Popen[bytes]
IS_UP = {"worker": " ready.", "beat": "Starting"}  # and says so
# A commit that was answered survives the end of the server, as in production; that of the machine is nobody's test.
DURABLE = {"synchronous_commit": "on", "full_page_writes": "on"}


@dataclass
class Portal:
    """Its processes lead process groups of their own; what they say is in `folder`."""

    environment: dict[str, str]
    folder: Path
    speed: float = 1
    ahead: float = 0  # seconds by which its clocks are put forward
    start: float = field(default_factory=time.time)
    processes: dict[Process, tuple[str, ...]] = field(default_factory=dict)  # and what each was started with

    def __post_init__(self) -> None:
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "ENVIRONMENT": "test",
            "VAR_DIR": str(self.folder / "var"),
            "SPEED": str(self.speed),
            "START": str(self.start),
            "AHEAD": str(self.ahead),
            **self.environment,
        }

    def now(self) -> datetime:
        """What the clocks of its processes show."""
        return quick_time(self.start, self.speed, self.ahead)

    def start_worker(self, *, processes: int = 2) -> Process:
        """Start a worker, and return when it takes tasks."""
        return self._start("worker", "--concurrency", str(processes), "--hostname", f"{uuid4().hex}@localhost")

    def start_beat(self) -> Process:
        """Start a beat, and return when it ticks."""
        return self._start("beat")

    def _start(self, *command: str, patience: float = 60) -> Process:
        """Start it, and wait until it says that it is up; with no patience, don't."""
        log = self.folder / f"{command[0]}-{uuid4().hex}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.faults.celery", *command, "--loglevel", "info"],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes[process] = command

        def is_up() -> bool:
            assert process.poll() is None, log.read_text()[-3000:]
            return IS_UP[command[0]] in log.read_text()

        if patience:
            wait_until(is_up, what=f"a {command[0]}", patience=patience)
        return process

    def of(self, kind: str) -> list[Process]:
        """Its processes of a kind: "worker" or "beat"."""
        return [process for process, command in self.processes.items() if command[0] == kind]

    def kill(self, process: Process) -> None:
        """End a worker or beat and its children, as a power cut does."""
        self._kill(process)
        del self.processes[process]

    def replace(self, process: Process) -> None:
        """End a worker or beat as a deploy does, and start the next one; what it was doing it does to its end."""
        process.terminate()
        assert process.wait(timeout=60) == 0
        self._start(*self.processes.pop(process))

    def keep_up(self) -> bool:
        """Start again who has ended, as the containers' restart policy does, without waiting; tell whether anybody had.

        A worker of Celery 5.7 that loses Redis while it holds a task ends with an error.
        """
        ended = [process for process in self.processes if process.poll() is not None]
        for process in ended:
            self._kill(process)  # what is left of it
            self._start(*self.processes.pop(process), patience=0)
        return bool(ended)

    def _kill(self, process: Process) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in list(self.processes):
            self.kill(process)


@dataclass
class PortalWithServers(Portal):
    """A portal as in production."""

    database: Server = field(kw_only=True)
    broker: Server = field(kw_only=True)

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.broker.url)


@contextmanager
def portal_of_its_own(
    folder: Path, *, mail: str, speed: float = 1, ahead: float = 0, settings: Mapping[str, str] = DURABLE
) -> Iterator[PortalWithServers]:
    """A portal without tables and processes, whose mail goes to the server at `mail`; `settings` are PostgreSQL's."""
    with postgresql(**settings) as database, redis_server(append_only=True) as broker:
        with closing(psycopg2.connect(f"{database.url.rpartition('/')[0]}/postgres")) as connection:
            connection.autocommit = True
            connection.cursor().execute("CREATE DATABASE introprogram")
        environment = {
            "DATABASE_URL": database.url,
            "CELERY_BROKER_URL": f"{broker.url}/0",
            "CACHE_URL": f"{broker.url}/1",
            "EMAIL_URL": mail,
        }
        portal = PortalWithServers(environment, folder, speed, ahead, database=database, broker=broker)
        try:
            yield portal
        finally:
            portal.stop()
