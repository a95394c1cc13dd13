"""Time that passes faster."""

import time
from datetime import UTC, datetime, timedelta


def quick_time(start: float, speed: float) -> datetime:
    """What a clock shows that has run `speed` times as fast since `start`, a Unix time."""
    return datetime.fromtimestamp(start, UTC) + speed * timedelta(seconds=time.time() - start)
