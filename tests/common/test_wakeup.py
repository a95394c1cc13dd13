"""Waking a worker: asked for in a transaction, done when it commits, and never in anybody's way."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import create_server

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from common.wakeup import wake_on_commit

TASK = "messaging.tasks.dispatch"
PAGE = """
import time
import django
django.setup()
from django.core.cache import cache
from redis import TimeoutError
from common.wakeup import wake_on_commit
start = time.monotonic()
wake_on_commit("messaging.tasks.dispatch")
try:
    cache.get("anything")
except TimeoutError:
    print(time.monotonic() - start)
"""


@pytest.fixture
def silent_redis() -> Iterator[str]:
    """The address of something that takes calls and never says a word."""
    with closing(create_server(("127.0.0.1", 0))) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


def test_a_silent_redis_does_not_hang_a_page(silent_redis: str, tmp_path: Path) -> None:
    environment = {
        "CELERY_BROKER_URL": f"{silent_redis}/0",
        "CACHE_URL": f"{silent_redis}/1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
    }
    page = subprocess.run(
        [sys.executable, "-c", PAGE],
        cwd=settings.BASE_DIR,
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "introprogram.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert page.returncode == 0, page.stderr
    assert float(page.stdout) < 8  # a second for each try (two of the broker, one of the cache), and slow machines
    assert "no worker could be woken" in page.stderr


@pytest.mark.django_db
def test_however_often_it_is_asked_a_worker_is_woken_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as wake_ups, transaction.atomic():
        wake_on_commit(TASK)
        wake_on_commit(TASK)
        wake_on_commit("certificates.tasks.render_pending")
    assert len(wake_ups) == 2
