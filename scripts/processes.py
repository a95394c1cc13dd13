"""Run the processes of a Procfile until one ends or we are told to stop; then stop all: processes.py Procfile

Only the leader of each process group is asked to stop, for gunicorn and Celery end their own children in good order;
whatever is left of the group after that is killed. A closed terminal (SIGHUP) counts as being told.
"""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

PATIENCE = 10  # seconds


def read(procfile: Path) -> dict[str, list[str]]:
    """Return the command of each name, with its $VARIABLES filled in."""
    lines = (line.partition(": ") for line in procfile.read_text().splitlines())
    return {name: shlex.split(os.path.expandvars(command)) for name, _colon, command in lines}


def stop(process: subprocess.Popen[bytes], deadline: float) -> None:
    """Wait for a process that was told to stop, and leave nothing of its group behind."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0, deadline - time.monotonic()))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def main(procfile: str) -> str | None:
    """Return what to complain about: nothing if we were told to stop."""
    told = threading.Event()
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    commands = read(Path(procfile))
    processes = {name: subprocess.Popen(command, start_new_session=True) for name, command in commands.items()}
    while not told.wait(0.2) and all(process.poll() is None for process in processes.values()):
        pass
    ended = [name for name, process in processes.items() if process.poll() is not None]
    for process in processes.values():
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in processes.values():
        stop(process, deadline)
    return None if told.is_set() else f"{', '.join(ended)} ended by itself; all others were stopped."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
