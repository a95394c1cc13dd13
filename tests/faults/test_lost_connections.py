"""The database goes away while it is derived which messages should exist."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NoReturn

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from messaging import kinds
from messaging.actions.queue import materialise
from messaging.kinds import Draft
from tests.messaging.postcards import postcard

pytestmark = pytest.mark.postgresql
Materialise = Callable[[datetime], Iterable[Draft]]


def lose_connection(now: datetime) -> list[Draft]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return []


def lose_database(now: datetime) -> list[Draft]:
    connection.settings_dict["PORT"] = 1  # where nobody listens
    return lose_connection(now)


def fail(now: datetime) -> NoReturn:
    raise LookupError("no such session")


@pytest.fixture
def know_three(database_of_many: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Materialise], None]]:
    """Let the second of three kinds lose something; the others fail by themselves."""
    port = connection.settings_dict["PORT"]

    def declare(loses: Materialise) -> None:
        three = {"test.first": fail, "test.second": loses, "test.third": fail}
        registry = {name: postcard(name=name, materialise=materialise) for name, materialise in three.items()}
        monkeypatch.setattr(kinds, "_registry", registry)

    yield declare
    connection.settings_dict["PORT"] = port


def test_a_lost_connection_costs_one_kind(
    know_three: Callable[[Materialise], None], caplog: pytest.LogCaptureFixture
) -> None:
    know_three(lose_connection)
    materialise(now=timezone.now())
    assert [record.args for record in caplog.records] == [("test.first",), ("test.second",), ("test.third",)]


def test_a_database_that_is_away_ends_the_round(
    know_three: Callable[[Materialise], None], caplog: pytest.LogCaptureFixture
) -> None:
    """The next tick begins anew."""
    know_three(lose_database)
    with pytest.raises(OperationalError):
        materialise(now=timezone.now())
    assert [record.args for record in caplog.records] == [("test.first",)]
