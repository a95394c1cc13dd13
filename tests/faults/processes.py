"""Processes of the portal that a test may kill.

They are forked from one that has loaded Django, so that a hundred of them cost no more than a few. They work on the
database and with the settings that the test has.
"""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from typing import Any

from django.conf import settings
from django.db import connections

from common.faults import CRASH_AT

HANDED_ON = (
    "EMAIL_IN_FOLDER",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_HOST_USER",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_TIMEOUT",
    "EMAIL_PROVIDER",
    "EMAIL_BACKEND",
    "ANYMAIL",
    "MEDIA_ROOT",
    "SMS_IN_FOLDER",
    "SMS_GATEWAY",
    "SMS_USER",
    "SMS_PASSWORD",
)
Job = Callable[[], object]  # something that can be pickled: a function of a module, or a partial of one
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["tests.faults.preload"])


def start(job: Job, *, crash_at: str = "") -> ForkServerProcess:
    """Begin `job` in a process of its own, which is killed without a warning when it comes to the point `crash_at`."""
    handed_on = {name: getattr(settings, name) for name in HANDED_ON}
    process = forks.Process(target=_work, args=(job, connections["default"].settings_dict, handed_on, crash_at))
    process.start()
    return process


def run(job: Job, *, crash_at: str = "") -> int:
    """Do `job` in a process of its own; return how that ended, as `subprocess` does: 0, or minus the signal."""
    process = start(job, crash_at=crash_at)
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _work(job: Job, database: dict[str, Any], handed_on: dict[str, Any], crash_at: str) -> None:
    work_on(database)
    for name, value in handed_on.items():
        setattr(settings, name, value)
    os.environ[CRASH_AT] = crash_at
    job()


def work_on(database: dict[str, Any]) -> None:
    """Let this process's connection lead to another database of the same kind."""
    connections["default"] = type(connections["default"])(database, "default")
