"""Work for Celery: find it in the database, do it, be safe to run twice."""

import logging
from time import monotonic
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from certificates.actions import render
from certificates.models import Certificate
from common.wakeup import wake_on_commit

logger = logging.getLogger(__name__)

BUDGET = 60  # seconds, well below the limit at which Celery ends a task


@shared_task
def render_pending() -> None:
    """Make one PDF after the other until none is left or the time is used up, then wake another worker for the rest.

    Safe to run twice, or twice at once. A certificate that can't be made is logged and doesn't block the others.
    """
    deadline = monotonic() + BUDGET
    failed: set[UUID] = set()
    while monotonic() < deadline:
        # At random, so that two workers seldom make the same one.
        certificate = (
            Certificate.objects.to_render().exclude(pk__in=failed).order_by("?").values_list("pk", flat=True).first()
        )
        if certificate is None:
            return
        try:
            render(certificate_id=certificate, now=timezone.now())
        except Exception:
            logger.exception("certificate %s could not be made", certificate)
            failed.add(certificate)
    wake_on_commit("certificates.tasks.render_pending")
