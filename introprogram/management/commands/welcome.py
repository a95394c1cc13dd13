"""Say where the portal is, how to log in and where sent mail can be read: the first thing `make run` prints."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts import demo


class Command(BaseCommand):
    help = "Print the portal's address, the demo log-ins and where sent mail can be read."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"\n  Introprogram   {settings.BASE_URL}\n")
        if settings.EMAIL_IN_FOLDER:
            self.stdout.write(f"  Sent mail      {settings.BASE_URL}/mail/   ({settings.EMAIL_FILE_PATH})\n")
        if logins := demo.logins():
            self.stdout.write(f"  Log in as      (password: {demo.PASSWORD})")
            for email, who in logins:
                self.stdout.write(f"    {email:<28} {who}")
        self.stdout.write("\n  Ctrl-C stops everything.\n\n")
