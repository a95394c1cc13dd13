"""A pytest plugin: one PostgreSQL and one Redis for the whole test run, nobody else's, gone when it ends.

It runs before Django's settings are read and hands the addresses on in the environment, which the workers
of pytest-xdist and the Celery processes of the tests inherit. TEST_DATABASE=sqlite starts nothing.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

PATIENCE = 30  # seconds until a server must answer
# Quick rather than safe: what is in these servers is thrown away.
POSTGRESQL_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",  # compiling a query takes longer than asking so few rows
    "timezone": "UTC",
}
# As in production: a commit that was answered survives the end of the machine.
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# The keeper holds a server for as long as this process holds the other end of the pipe, so that nothing is left
# behind however a test run ends, be it by kill -9. Told a signal, it ends the server by that and leaves the folder.
KEEPER = """signal=$1 folder=$2; shift 2; "$@" & read -r told
kill -s "${told:-$signal}" $!; wait $!; [ "$told" ] || rm -rf "$folder\""""


def wanted() -> str:
    """Return the database that the tests run on: postgresql unless TEST_DATABASE says sqlite."""
    choice = os.environ.get("TEST_DATABASE", "postgresql")
    if choice not in {"postgresql", "sqlite"}:
        raise pytest.UsageError("TEST_DATABASE must be postgresql or sqlite.")
    return choice


def postgresql_program(name: str) -> str:
    """Return the newest PostgreSQL's program of that name; Debian and Homebrew keep them off the path."""
    places = ["/usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/local/opt/postgresql@*/bin"]
    found = sorted(
        (path for place in places for path in Path("/").glob(f"{place.lstrip('/')}/{name}")),
        key=lambda path: [int(part) for part in path.parent.parent.name.split("@")[-1].split(".") if part.isdigit()],
    )
    return str(found[-1]) if found else program(name)


def program(name: str) -> str:
    """Return where `name` is, or stop the run with one line that says what to do."""
    if not (path := shutil.which(name)):
        raise pytest.UsageError(
            f"{name} is missing: run `make setup-tests`, or TEST_DATABASE=sqlite for the core alone."
        )
    return path


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged() -> pwd.struct_passwd:
    """Return whom to run servers as: ourselves, or as root (whom PostgreSQL refuses) somebody without rights."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    users = {user.pw_name: user for user in pwd.getpwall()}
    return users.get("postgres", users["nobody"])


def identity() -> dict[str, Any]:
    """Return the arguments that make `subprocess` run something as `unprivileged`."""
    if os.geteuid() != 0:
        return {}
    return {"user": unprivileged().pw_uid, "group": unprivileged().pw_gid, "extra_groups": []}


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that belongs to the user whom servers run as."""
    path = Path(tempfile.mkdtemp(prefix="introprogram-"))
    shutil.chown(path, unprivileged().pw_uid)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def private_file(path: Path, content: str) -> Path:
    """Write a file that only the servers' user can read."""
    path.touch(mode=0o600)
    path.write_text(content)
    shutil.chown(path, unprivileged().pw_uid)
    return path


class Server:
    """A server with a folder of its own. It ends with this process, in whatever way that ends.

    `answers` raises as long as the server doesn't answer at `url`.
    """

    def __init__(
        self, command: list[str], *, url: str, stop_signal: str, home: Path, answers: Callable[[], object]
    ) -> None:
        self.url = url
        self._command, self._stop_signal, self._home, self._answers = command, stop_signal, home, answers

    def start(self) -> None:
        """Start it, also once more: it has the address and the data that it had.

        Raises RuntimeError with the end of its log if it doesn't answer in time.
        """
        log = self._home / "log"
        with log.open("ab") as output:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", self._stop_signal, str(self._home), *self._command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                start_new_session=True,  # Ctrl-C is for the tests; their server stays until they have tidied up
                **identity(),
            )
        wait_until(self._answers, log)

    def end_by(self, name: str) -> None:
        """End it by a signal, for example "KILL", and return when it is gone."""
        self._keeper.communicate(f"{name}\n".encode())

    def stop(self) -> None:
        """End it properly, if it runs, and remove what it kept."""
        self._keeper.communicate()


def wait_until(answers: Callable[[], object], log: Path) -> None:
    """Ask until there is an answer."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answers()
        except (psycopg2.OperationalError, redis.ConnectionError) as error:
            if time.monotonic() > deadline:
                raise RuntimeError(f"No answer ({error}). Its log ends with:\n{log.read_text()[-2000:]}") from error
            time.sleep(0.05)
        else:
            return


@contextmanager
def postgresql(**settings: str) -> Iterator[Server]:
    """A PostgreSQL server of our own that sorts as Swedes do; `settings` differ from POSTGRESQL_SETTINGS."""
    with folder() as home:
        password, port, data = secrets.token_hex(16), free_port(), home / "data"
        password_file = private_file(home / "password", password)
        created = subprocess.run(
            [
                postgresql_program("initdb"),
                *("--pgdata", str(data), "--username=introprogram", "--pwfile", str(password_file)),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"),
                *("--locale-provider=icu", "--icu-locale=sv-SE"),
            ],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            **identity(),
        )
        if created.returncode:
            raise RuntimeError(f"initdb failed:\n{created.stdout}{created.stderr}")
        options = [
            part for name, value in (POSTGRESQL_SETTINGS | settings).items() for part in ("-c", f"{name}={value}")
        ]
        address = f"postgresql://introprogram:{password}@127.0.0.1:{port}"
        with running(
            Server(
                [postgresql_program("postgres"), "-D", str(data), "-p", str(port), *options],
                url=f"{address}/introprogram",
                stop_signal="INT",
                home=home,
                answers=lambda: psycopg2.connect(f"{address}/postgres").close(),
            )
        ) as server:
            yield server


@contextmanager
def redis_server(*, append_only: bool = False) -> Iterator[Server]:
    """A Redis of our own, with an append-only file as in production if wanted; its URL has no database number."""
    with folder() as home:
        password, port = secrets.token_hex(16), free_port()
        configuration = private_file(
            home / "redis.conf",
            f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {home}\n"
            f'save ""\nappendonly {"yes" if append_only else "no"}\nmaxmemory-policy noeviction\ndatabases 64\n',
        )
        url = f"redis://:{password}@127.0.0.1:{port}"
        with running(
            Server(
                [program("redis-server"), str(configuration)],
                url=url,
                stop_signal="TERM",
                home=home,
                answers=redis.Redis.from_url(url).ping,
            )
        ) as server:
            yield server


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Let `server` run until the block ends."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start the services, once, before pytest-django reads the settings."""
    os.environ["ENVIRONMENT"] = "test"
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        share(worker)
    else:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be tidied up after, like Ctrl-C
        options = early_config.known_args_namespace
        start(stack, services=wanted() == "postgresql" and not (options.help or options.version))
    return (yield)


def start(stack: ExitStack, *, services: bool) -> None:
    """Put the addresses of this run's folder, database and broker into the environment."""
    temporary = tempfile.TemporaryDirectory(prefix="introprogram-var-", ignore_cleanup_errors=True)
    var = os.environ["VAR_DIR"] = stack.enter_context(temporary)
    if services:
        os.environ["DATABASE_URL"] = stack.enter_context(postgresql()).url
        os.environ["CELERY_BROKER_URL"] = f"{stack.enter_context(redis_server()).url}/0"
    else:
        os.environ["DATABASE_URL"] = f"sqlite:///{var}/db.sqlite3"
        os.environ["CELERY_BROKER_URL"] = "filesystem://"


def share(worker: str) -> None:
    """Give one of pytest-xdist's workers (gw0, gw1, ...) a folder and a Redis database of its own.

    pytest-django does the same for PostgreSQL.
    """
    var = Path(os.environ["VAR_DIR"], worker)
    var.mkdir()
    os.environ["VAR_DIR"] = str(var)
    if wanted() == "postgresql":
        number = int(worker.removeprefix("gw"))
        os.environ["CELERY_BROKER_URL"] = os.environ["CELERY_BROKER_URL"].removesuffix("/0") + f"/{number}"
