"""Time that passes faster, or at another hour."""

import time
from datetime import UTC, datetime, timedelta


def quick_time(start: float, speed: float, ahead: float = 0) -> datetime:
    """What a clock shows that was `ahead` seconds ahead at `start`, a Unix time, and has run `speed` times as fast."""
    return datetime.fromtimestamp(start + ahead, UTC) + speed * timedelta(seconds=time.time() - start)
