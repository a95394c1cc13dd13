"""A wrong value stops the start with one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-secret-that-is-long-enough-for-any-production-server-1234567890",
    "BASE_URL": "https://introprogram.example.org",
    "DATABASE_URL": "postgresql://introprogram:password@localhost:5432/introprogram",
    "CELERY_BROKER_URL": "redis://localhost:6379/0",
    "CACHE_URL": "redis://localhost:6379/1",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
}


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a fresh process that has only these variables."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_what_it_needs(tmp_path: Path) -> None:
    done = start(tmp_path, **PRODUCTION)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "too-short"),
        ("BASE_URL", ""),
        ("BASE_URL", "introprogram.example.org"),
        ("BASE_URL", "http://introprogram.example.org"),
        ("DATABASE_URL", "mysql://localhost/introprogram"),
        ("CELERY_BROKER_URL", "amqp://localhost"),
        ("CACHE_URL", "memcache://localhost"),
        ("EMAIL_URL", "mail.example.org"),
        ("TRUSTED_PROXIES", "one"),
        ("DEBUG", "perhaps"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(tmp_path: Path, variable: str, value: str) -> None:
    done = start(tmp_path, **(PRODUCTION | {variable: value}))

    assert done.returncode != 0
    [line] = done.stderr.splitlines()
    assert line.startswith("Introprogram cannot start: ")
    assert variable in line


def test_the_embedded_mode_needs_no_variable_but_its_name(tmp_path: Path) -> None:
    done = start(tmp_path, ENVIRONMENT="development")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
