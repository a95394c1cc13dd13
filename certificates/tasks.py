"""Work for Celery: find it in the database, do it, be safe to run twice."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from certificates import actions, files
from certificates.rules.batches import BATCH
from common.wakeup import wake_on_commit

BUDGET = 60  # seconds, well below the limit at which Celery ends a task
RENDER = "certificates.tasks.render_pending"


@shared_task
def render_pending() -> None:
    """Make PDFs, a batch after the other, until none is left or the time is used up; then another task goes on.

    Safe to run twice, or several at once: a task that finds more than one batch wakes another beside it.
    """
    deadline = monotonic() + BUDGET
    taken = actions.render_batch(clock=timezone.now)
    if taken == BATCH:
        wake_on_commit(RENDER)
    while taken:
        if monotonic() > deadline:
            wake_on_commit(RENDER)
            return
        taken = actions.render_batch(clock=timezone.now)


@shared_task
def issue_automatically() -> None:
    """Issue what programmes are set to issue by themselves."""
    actions.issue_what_is_due(now=timezone.now())


@shared_task
def sweep_files() -> None:
    """Remove the files that a killed worker left without a certificate."""
    files.sweep(now=timezone.now())
