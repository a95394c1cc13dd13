"""The long run: `make soak MESSAGES=10000 KILLS=1000`; tests/faults/long_run.py says what happens in it."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

from tests.faults.mail_counter import mail_counter
from tests.faults.portal import portal_of_its_own

SPEED = 10  # of time (tests/faults/settings.py): with the leases as they are, the run would wait for hours
DELAY = 0.05  # seconds at most that the mail server thinks before it accepts a mail, and again before it says so


def main() -> int:
    """Run as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--naive", action="store_true", help="let messages be sent the usual way, for comparison")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="introprogram-soak-") as name:
        folder = Path(name)
        accepted = folder / "accepted"
        with mail_counter(accepted, delay=DELAY) as mail, portal_of_its_own(folder, mail=mail, speed=SPEED) as portal:
            os.environ.update(portal.environment)
            django.setup()
            from tests.faults.long_run import LongRun
            from tests.faults.naive import NaiveRun

            way = NaiveRun if arguments.naive else LongRun
            return way(portal, accepted, messages=arguments.messages, kills=arguments.kills).run()


if __name__ == "__main__":
    sys.exit(main())
