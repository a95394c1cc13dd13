"""Named places where a test can cut the power."""

import os
import signal

CRASH_AT = "CRASH_AT"


def crash_point(name: str) -> None:
    """Kill this process without a warning if the environment variable CRASH_AT is `name`; otherwise do nothing."""
    if os.environ.get(CRASH_AT) == name:
        os.kill(os.getpid(), signal.SIGKILL)
