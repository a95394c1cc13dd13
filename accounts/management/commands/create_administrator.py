"""Create the portal's first administrator; she invites everyone else."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from accounts.actions import create_administrator


class Command(BaseCommand):
    help = "Create an administrator who logs in by an e-mailed code. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--first-name", default="Portalens")
        parser.add_argument("--last-name", default="administratör")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(f"{options['email']} is not an e-mail address.") from error
        user = create_administrator(
            email=options["email"],
            first_name=options["first_name"],
            last_name=options["last_name"],
            now=timezone.now(),
        )
        self.stdout.write(f"{user.email} is an administrator and logs in with a code by e-mail.")
