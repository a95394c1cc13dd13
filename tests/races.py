"""Several people at once: what only PostgreSQL's row locks can show."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from common.exceptions import Refused


def at_once(jobs: Iterable[Callable[[], Any]]) -> list[Any]:
    """Do all jobs at the same moment, each in a thread with a connection of its own; a refusal is a result too."""
    jobs = list(jobs)
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return job()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
