"""Waking a worker. Work is found in the database, so a wake-up that gets lost costs time and nothing else."""

import logging
from dataclasses import dataclass

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _WakeUp:
    task: str

    def __call__(self) -> None:
        try:
            current_app.send_task(self.task)
        except Exception:
            logger.warning("no worker could be woken for %s; the next sweep does its work", self.task, exc_info=True)


def wake_on_commit(task: str) -> None:
    """Ask Celery to run `task` (its full name) when the transaction has committed: once, however often it is asked.

    A broker that doesn't answer is logged, not raised: beat runs the same task at its next tick.
    """
    wake_up = _WakeUp(task)
    if all(waiting != wake_up for _savepoints, waiting, *_robust in transaction.get_connection().run_on_commit):
        transaction.on_commit(wake_up)
