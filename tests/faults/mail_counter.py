"""A mail server that does nothing but count, quickly enough for any sender: `python -m tests.faults.mail_counter`.

It accepts what it is given, and before it says so it writes the Message-ID into a file, as a server does that takes
responsibility for a mail. It ends with whoever started it.
"""

import asyncio
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services import free_port

MESSAGE_ID = re.compile(rb"^Message-ID: *(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class Counting:
    """Thinks up to `delay` seconds before and after it takes a mail: there a sender can be killed, too."""

    def __init__(self, file: Path, delay: float) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._delay = delay

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        found = MESSAGE_ID.search(envelope.original_content or b"")
        await asyncio.sleep(random.uniform(0, self._delay))
        os.write(self._file, (found[1] if found else b"<>") + b"\n")
        await asyncio.sleep(random.uniform(0, self._delay))
        return "250 2.0.0 Ok: queued as 1"


@contextmanager
def mail_counter(file: Path, *, delay: float) -> Iterator[str]:
    """Let one run in a process of its own; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.faults.mail_counter", str(file), str(port), str(delay)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout
    process.stdout.readline()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.communicate()


def copies_in(file: Path) -> Counter[str]:
    """How often each Message-ID was accepted."""
    return Counter(file.read_text().split())


def main(file: str, port: str, delay: str) -> None:
    controller = Controller(Counting(Path(file), float(delay)), hostname="127.0.0.1", port=int(port))
    controller.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
