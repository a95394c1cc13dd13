from typing import Any

from django.core.management.base import BaseCommand

from regions.actions import load_municipalities


class Command(BaseCommand):
    help = "Load Sweden's municipalities (regions/data/municipalities.csv). Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_municipalities()
        self.stdout.write(f"{loaded.total} municipalities, {loaded.new} of them new.")
        if loaded.no_longer_listed:
            self.stdout.write(f"No longer in the file, but kept: {', '.join(loaded.no_longer_listed)}.")
