"""What beat and wake-ups start. The queue is in the database: a task that gets lost is made up for by the next one."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from common.wakeup import wake_on_commit
from messaging import actions

# Well below the soft time limit, so that the mail under way can end, and short, so that a deploy needn't wait long.
LIMIT = timedelta(seconds=30)
HELPERS = 3
HELP = "messaging.tasks.help_dispatch"


@shared_task
def dispatch() -> None:
    """Send what is due. Safe to run twice, or twice at once: every message is claimed, and leaves under its lease."""
    if actions.dispatch(clock=timezone.now, limit=LIMIT, call_for_help=_wake_others):
        wake_on_commit(HELP)


@shared_task
def help_dispatch() -> None:
    """Send what is due beside the worker that called for help, as long as there is anything; call nobody else."""
    if actions.dispatch(clock=timezone.now, limit=LIMIT):
        wake_on_commit(HELP)


def _wake_others() -> None:
    """Share a big backlog. Who comes when it is gone finds nothing to do."""
    for _helper in range(HELPERS):
        wake_on_commit(HELP)
