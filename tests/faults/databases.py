"""Databases seen from outside of Django."""

import subprocess
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import psycopg2

from tests.services import postgresql_program


def address_of(database: Mapping[str, Any]) -> str:
    """The address by which PostgreSQL's programs find a database of Django's settings."""
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


def copy_database(source: Mapping[str, Any], target: str) -> None:
    """Fill an empty database, at an address, with what is in another."""
    dump = subprocess.run([postgresql_program("pg_dump"), address_of(source)], stdout=subprocess.PIPE, check=True)
    fill = [postgresql_program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", target]
    subprocess.run(fill, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)


def cut_off(process: int, *, database: str) -> None:
    """End a process of the PostgreSQL at an address, and so the connection that it serves. Who has it notices later."""
    with closing(psycopg2.connect(database)) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [process])
