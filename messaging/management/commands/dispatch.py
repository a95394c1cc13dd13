"""Send what is due, without Celery."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from messaging import actions


class Command(BaseCommand):
    help = "Send all messages that are due, and return when none is left."

    def handle(self, *args: Any, **options: Any) -> None:
        while actions.dispatch(clock=timezone.now, limit=timedelta(minutes=10)):
            pass
