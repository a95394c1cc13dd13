"""Megabytes that a process holds before and after a couple of thousand, when a few hundred have warmed it."""

import os
from pathlib import Path

from benchmarks.certificates.people import documents
from certificates.pdf import render_all

KEPT = 2_000


def measure() -> dict[str, float]:
    """Return the megabytes before, after, and the difference."""
    for _ in render_all(documents(KEPT // 10)):
        pass
    before = _resident()
    for _ in render_all(documents(KEPT)):
        pass
    after = _resident()
    return {"before_MB": before, "after_MB": after, "grown_MB": after - before}


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
