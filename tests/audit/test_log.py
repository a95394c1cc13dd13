"""The log is kept with the change, or not at all, and stays as it was written."""

from datetime import date
from typing import Any

import pytest
from django.db import InternalError, transaction

from audit.actions import record
from audit.models import AuditEvent
from tests.factories import NOW, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_an_event_says_who_did_what_to_which_record_and_when() -> None:
    region, karin = RegionFactory(), UserFactory()

    record("region.changed", region, by=karin, now=NOW, scope=region.pk, before={"seat": "Lund"}, reason="Flytt")

    event = AuditEvent.objects.about(region).get()
    assert (event.actor, event.action, event.at, event.scope) == (karin, "region.changed", NOW, region.pk)
    assert (event.before, event.after, event.reason) == ({"seat": "Lund"}, {}, "Flytt")


def test_values_are_kept_as_text_at_any_depth() -> None:
    region = RegionFactory()

    record("region.changed", region, by=None, now=NOW, after={"days": [date(2026, 3, 10)], "id": {"pk": region.pk}})

    assert AuditEvent.objects.get().after == {"days": ["2026-03-10"], "id": {"pk": str(region.pk)}}


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_in_the_transaction_of_its_change() -> None:
    region = RegionFactory()
    with pytest.raises(transaction.TransactionManagementError):
        record("region.changed", region, by=None, now=NOW)


@pytest.mark.postgresql
@pytest.mark.parametrize("change", [lambda events: events.update(reason="Nothing"), lambda events: events.delete()])
def test_what_is_written_can_be_neither_altered_nor_deleted(change: Any) -> None:
    record("region.created", RegionFactory(), by=None, now=NOW)
    with pytest.raises(InternalError, match="append-only"), transaction.atomic():
        change(AuditEvent.objects.all())
    assert AuditEvent.objects.get().reason == ""
