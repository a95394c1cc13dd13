"""The database goes away while it is derived which messages should exist, or while a certificate is made."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NoReturn

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from certificates.actions import render_batch
from certificates.choices import CertificateStatus
from certificates.models import Certificate
from messaging import kinds
from messaging.actions.queue import materialise
from messaging.kinds import Draft
from tests.certificates.people import finished_cohort, issued, qualified
from tests.faults.databases import address_of, cut_off
from tests.faults.oracle import assert_certificates_are_made_once
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


def test_a_certificate_is_not_blamed_for_a_lost_connection(database_of_many: None) -> None:
    """It is free at once for the next worker, and doesn't wait as one does that can't be printed."""
    issued(qualified(finished_cohort()), rendered=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [process] = cursor.fetchone()

    is_taken = iter([False, True])

    def cut_off_meanwhile() -> datetime:
        """What time it is: asked when the certificate is taken, when it is stored, and when it becomes ready."""
        if next(is_taken, False):
            cut_off(process, database=address_of(connection.settings_dict))
        return timezone.now()

    with pytest.raises(OperationalError):
        render_batch(clock=cut_off_meanwhile)
    assert Certificate.objects.get().status == CertificateStatus.ISSUED
    assert Certificate.objects.get().problem == ""
    assert render_batch(clock=timezone.now) == 1
    assert Certificate.objects.get().status == CertificateStatus.READY
    assert_certificates_are_made_once()
