"""The power is cut where a test says so, and nowhere in production."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from common.faults import CRASH_AT

SCRIPT = "from common.faults import crash_point; crash_point('here')"


@pytest.mark.parametrize(
    ("environment", "crash_at", "ends"),
    [
        ("test", "here", -signal.SIGKILL),
        ("test", "elsewhere", 0),
        ("development", "here", -signal.SIGKILL),
        ("production", "here", 0),
    ],
)
def test_where_a_process_ends(environment: str, crash_at: str, ends: int, tmp_path: Path) -> None:
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "introprogram.settings",
        "ENVIRONMENT": environment,
        "SECRET_KEY": "a-secret-that-is-long-enough-for-any-production-server-1234567890",
        "BASE_URL": "https://introprogram.example.org",
        "VAR_DIR": str(tmp_path),
        CRASH_AT: crash_at,
    }
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=settings.BASE_DIR, env=variables, check=False)
    assert done.returncode == ends
