"""Periodic work; safe to run twice."""

from celery import shared_task
from django.utils import timezone

from participants import actions


@shared_task
def purge_imports() -> None:
    """Forget uploaded lists of people a day later."""
    actions.purge_imports(now=timezone.now())


@shared_task
def serve_waiting_lists() -> None:
    """End offers whose time has run out, and offer seats that have become free by themselves."""
    actions.serve_waiting_lists(now=timezone.now())
