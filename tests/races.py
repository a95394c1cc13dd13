"""Several people at once: what only PostgreSQL's row locks can show."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, transaction

from common.exceptions import Refused
from tests.waiting import wait_until


def at_once(jobs: Iterable[Callable[[], Any]]) -> list[Any]:
    """Do all jobs at the same moment, each in a thread with a connection of its own; a refusal is a result too."""
    jobs = list(jobs)
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        barrier.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(lambda job: _alone(lambda: run(job)), jobs))


def just_before(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do `second` while `first` has happened but isn't committed, so that it reads what was; return what it gives.

    `first` commits as soon as `second` waits for one of its locks, or has ended.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            later = pool.submit(_alone, second)
            wait_until(lambda: later.done() or someone_waits(), what="somebody who waits for a lock")
        return later.result()


def someone_waits() -> bool:
    """Whether a transaction in this test's database waits for another's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone() is not None


def _alone(job: Callable[[], Any]) -> Any:
    """What `job` gives, or its refusal; its thread's connection is closed."""
    try:
        return job()
    except Refused as refused:
        return refused
    finally:
        connection.close()
