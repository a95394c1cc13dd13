"""Give a region the programmes that the portal ships with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cohorts.actions import load_programmes
from regions.models import Region


class Command(BaseCommand):
    help = "Add the shipped programmes that a region lacks. Can be run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("region", help="the region's code, such as SK")

    def handle(self, *args: Any, **options: Any) -> None:
        region = Region.objects.filter(code=options["region"]).first()
        if region is None:
            raise CommandError(f"There is no region with the code {options['region']}.")
        for programme in load_programmes(region=region, by=None, now=timezone.now()):
            self.stdout.write(f"added {programme.title}")
