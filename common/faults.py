"""Named places where a test can cut the power."""

import os
import signal

from django.conf import settings

CRASH_AT = "CRASH_AT"


def crash_point(name: str) -> None:
    """Kill this process without a warning if the environment variable CRASH_AT is `name`; never in production."""
    if os.environ.get(CRASH_AT) == name and not settings.PRODUCTION:
        os.kill(os.getpid(), signal.SIGKILL)
