"""Let messages go that were held back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from messaging import actions


class Command(BaseCommand):
    help = "Send messages again after hold_messages."

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument(
            "--after-restore",
            action="store_true",
            help="The database is an older copy: what was due before the hold may have been sent: it waits for people.",
        )
        choice.add_argument("--send-all", action="store_true", help="Everything that waited is sent.")

    def handle(self, *args: Any, **options: Any) -> None:
        aside = actions.release_held(now=timezone.now(), after_restore=options["after_restore"])
        self.stdout.write(f"Messages are sent again; {aside} that may have been sent before wait for coordinators.")
