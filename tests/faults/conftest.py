"""What the fault tests have: a database that other processes can see, a mail server, or a whole portal."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connections

from tests.faults import ROUNDS
from tests.faults.databases import copy_database
from tests.faults.portal import PortalWithServers, portal_of_its_own
from tests.faults.processes import work_on
from tests.smtp import MailServer, mail_server

__all__ = ["mail_server"]

SPEED = 1 if ROUNDS > 1 else 10  # of the time in a portal whose servers break


@pytest.fixture
def database_of_many(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The test's database; SQLite's, which lies in this process's memory, as a file."""
    before = connections["default"]
    if before.vendor == "postgresql":
        yield
        return
    before.ensure_connection()
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        before.connection.backup(copy)
    work_on({**before.settings_dict, "NAME": str(file)})
    yield
    connections["default"].close()
    connections["default"] = before


@pytest.fixture(scope="module")
def slow_server() -> Iterator[MailServer]:
    """A mail server that leaves a test the time to break something."""
    server = MailServer(delay=0.05)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def standing_portal(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, slow_server: MailServer
) -> Iterator[PortalWithServers]:
    """A portal for a module's tests to break; it has the tables of this run's database."""
    folder = tmp_path_factory.mktemp("portal")
    with portal_of_its_own(folder, mail=slow_server.url, speed=SPEED) as portal:
        copy_database(connections["default"].settings_dict, portal.database.url)
        yield portal


@pytest.fixture
def portal(transactional_db: None, standing_portal: PortalWithServers) -> Iterator[PortalWithServers]:
    """The portal of this module, on whose database the test works."""
    before = connections["default"]
    address = urlsplit(standing_portal.database.url)
    place = {"HOST": address.hostname, "PORT": address.port, "PASSWORD": address.password, "NAME": address.path[1:]}
    work_on({**before.settings_dict, **place})
    yield standing_portal
    connections["default"].close()
    connections["default"] = before
