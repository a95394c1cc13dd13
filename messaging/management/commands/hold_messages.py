"""Hold all messages back: before a restored portal starts, or while something is looked into."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from messaging import actions
from messaging.models import Message


class Command(BaseCommand):
    help = "Send no messages until release_messages is run. Start a portal whose database was restored only after this."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        actions.hold(now=now)
        waiting = Message.objects.claimable(now=now).count()
        self.stdout.write(f"Messages are held back; {waiting} are due. Go on with release_messages.")
