"""Celery's beat without a file to remember by."""

from typing import Any

from celery.beat import Scheduler
from django.conf import settings


class Beat(Scheduler):
    """Keeps the schedule in memory and shows that it is alive.

    Plain intervals need no memory between two starts, and a schedule file that a power cut tore stops Celery's own
    scheduler for good. Each tick, at most half a minute apart, touches `settings.BEAT_HEARTBEAT` for health checks.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        settings.BEAT_HEARTBEAT.parent.mkdir(parents=True, exist_ok=True)
        settings.BEAT_HEARTBEAT.touch()
        return float(super().tick(*args, **kwargs))
