"""What every test has: a media folder of its own, an empty cache, and templates that name a missing variable."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import redis
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.template import Engine
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from introprogram.celery import app
from scripts import chromium
from tests.services import wanted
from tests.templates import UndefinedFails

# A busy machine is no counterexample.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")

StartWorker = Callable[[], subprocess.Popen[bytes]]
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite, run what reads or writes a database, and skip what only PostgreSQL can show."""
    if wanted() == "postgresql":
        return
    config.hook.pytest_deselected(items=[item for item in items if not uses_database(item)])
    items[:] = [item for item in items if uses_database(item)]
    for item in items:
        for marker in ("postgresql", "worker"):
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason="needs PostgreSQL; this run is on SQLite"))


def uses_database(item: pytest.Item) -> bool:
    """Tell whether the answer of a test may depend on which database it runs on."""
    fixtures = getattr(item, "fixturenames", ())
    return "django_db" in item.keywords or "db" in fixtures or "transactional_db" in fixtures


@pytest.fixture(scope="session", autouse=True)
def _settings_for_all_tests() -> Iterator[None]:
    """Hash passwords quickly, and let no template of ours print a variable that isn't there."""
    Engine.get_default().string_if_invalid = UndefinedFails()
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def _own_folder_and_cache(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Keep what one test stores and counts (rate limits) from the next."""
    if "standing_data" not in request.fixturenames:
        settings.MEDIA_ROOT = tmp_path / "media"
    yield
    cache.clear()


@pytest.fixture(scope="module")
def standing_data(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """For what is costly to build: rows and files that a module's fixtures make stay for all its tests, not longer."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield
        call_command("flush", verbosity=0, interactive=False)
        connection.close()  # this thread may have a second one: Django opens it while Playwright's event loop runs


@pytest.fixture
def child_environment(transactional_db: None, settings: Settings) -> dict[str, str]:
    """The environment in which another process works on this test's database, broker, cache and files."""
    redis.Redis.from_url(settings.CELERY_BROKER_URL).flushdb()
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    return os.environ | {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "BASE_URL": settings.BASE_URL,
    }


@pytest.fixture
def start_worker(child_environment: dict[str, str], tmp_path: Path) -> Iterator[StartWorker]:
    """Start a real Celery worker and return it once it answers; all are gone when the test ends.

    Each leads a process group: `os.killpg(worker.pid, signal.SIGKILL)` is a power cut. Further variables can
    be put into `child_environment` before the start. What the worker says is in `tmp_path`.
    """
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        name = f"test-{uuid4().hex}@localhost"
        with (tmp_path / f"{name}.log").open("wb") as log:
            worker = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "introprogram", "worker"),
                    *("--hostname", name, "--concurrency", "2", "--loglevel", "info"),
                ],
                env=child_environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        workers.append(worker)
        while not app.control.ping(destination=[name], timeout=0.5):
            if worker.poll() is not None:
                pytest.fail(f"The worker ended:\n{(tmp_path / f'{name}.log').read_text()[-3000:]}")
        return worker

    yield start
    for worker in workers:
        try:
            os.killpg(worker.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        worker.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, the system's own."""
    program = chromium.find()
    if program is None:
        pytest.fail("chromium is missing: run `make setup-tests`")
    # Playwright's event loop runs in this thread, where Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open a page of a fresh Swedish visitor; her browser can be described: open_page(java_script_enabled=False).

    The test fails if a page reports an error, such as a broken content policy.
    """
    errors: list[str] = []
    contexts: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        # A status of 4xx is an answer (a form to correct), which Chromium's console calls an error.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            errors.append(message.text)

    def open_one(**options: Any) -> Page:
        context = browser.new_context(
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            reduced_motion="reduce",  # a page transition that a quick test cuts short counts as an error in Chromium
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A fresh page of a Swedish visitor."""
    return open_page()
