"""The system's Chromium, for the tests and the screenshots: no other browser is fetched."""

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
ON_MACOS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """Return the program, or None if there is none."""
    found = [path for name in NAMES if (path := shutil.which(name))]
    found += [str(path) for path in ON_MACOS if path.exists()]
    return found[0] if found else None
