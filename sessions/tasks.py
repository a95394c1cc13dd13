"""Periodic work; safe to run twice."""

from celery import shared_task
from django.utils import timezone

from sessions import actions


@shared_task
def sweep_materials() -> None:
    """Remove the files that a power cut left without a row."""
    actions.sweep_materials(now=timezone.now())
