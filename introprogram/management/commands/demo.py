"""Fill an empty database with the demo region."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from introprogram.demo.build import build
from regions.models import Region


class Command(BaseCommand):
    help = "Fill an empty database with a demo region of openly fictitious people, with dates relative to today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing if the database has a region")
        parser.add_argument("--seed", type=int, default=1, help="another seed, other people")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo region has known passwords and is not for production.")
        if Region.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("The database has a region already; the demo region wants an empty one.")
        self.stdout.write("Filling the demo region ...")
        with translation.override(settings.LANGUAGE_CODE):  # cohorts are named in the region's language
            region = build(seed=options["seed"], now=timezone.now())
        self.stdout.write(f"{region} is ready.")
