"""Periodic work; safe to run twice."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone, translation

from participants import actions

logger = logging.getLogger(__name__)


# 5,000 people take some ten seconds; a busy machine gets more, within the broker's patience of 600.
@shared_task(soft_time_limit=380, time_limit=400)
def carry_out_imports() -> None:
    """Carry out one confirmed list after the other until none is left.

    Safe to run twice, or twice at once. A list that can't be carried out is logged, and keeps no other waiting.
    """
    seen: set[UUID] = set()
    while upload := actions.claim_import(besides=seen, now=timezone.now()):
        seen.add(upload.pk)
        try:
            # A reason why not is written for its owner.
            with translation.override(upload.uploaded_by.language):
                actions.carry_out_import(upload=upload, now=timezone.now())
        except Exception:
            logger.exception("import %s could not be carried out", upload.pk)


@shared_task
def purge_imports() -> None:
    """Forget uploaded lists of people a day later."""
    actions.purge_imports(now=timezone.now())


@shared_task
def serve_waiting_lists() -> None:
    """End offers whose time has run out, and offer seats that have become free by themselves."""
    actions.serve_waiting_lists(now=timezone.now())


@shared_task
def purge_drafts() -> None:
    """Forget enrolments that were begun a month ago."""
    actions.purge_drafts(now=timezone.now())


@shared_task
def purge_needs() -> None:
    """Forget what people needed, a week later."""
    actions.purge_needs(now=timezone.now())
