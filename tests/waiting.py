"""Waiting for what other processes do."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], *, what: str, patience: float = 60, pause: float = 0.02) -> None:
    """Ask `condition` every `pause` seconds until it holds; after `patience` seconds fail, with what was waited for."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(pause)
