"""Where benchmarks run: a PostgreSQL of their own, as the tests; TEST_DATABASE=sqlite takes SQLite."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django

from tests.services import postgresql, wanted


@contextmanager
def place_of_its_own(**settings: str) -> Iterator[None]:
    """Django with a migrated database that is gone afterwards. Import models within it, not before.

    `settings` are PostgreSQL's, where they differ from those of the tests.
    """
    logging.disable(logging.WARNING)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "introprogram.settings")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["ENVIRONMENT"] = "test"
        os.environ["DATABASE_URL"] = (
            stack.enter_context(postgresql(**settings)).url
            if wanted() == "postgresql"
            else f"sqlite:///{folder}/db.sqlite3"
        )
        os.environ["VAR_DIR"] = folder  # wake-ups for workers go nowhere
        os.environ["CELERY_BROKER_URL"] = "filesystem://"
        django.setup()
        stack.enter_context(_throwaway_database(Path(folder)))
        yield


@contextmanager
def _throwaway_database(folder: Path) -> Iterator[None]:
    """A file if it is SQLite's, since threads share it."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(folder / "benchmark.sqlite3")
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(databases, verbosity=0)
