"""An enrolment's history is append-only: steps are added, and go with their enrolment alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from participants.choices import EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent
from tests.factories import NOW, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def step() -> EnrolmentEvent:
    return EnrolmentEvent.objects.create(
        enrolment=EnrolmentFactory(), at=NOW, status=EnrolmentStatus.ENROLLED, by=UserFactory(), reason="Ny anställd"
    )


@pytest.mark.parametrize("change", [lambda steps: steps.update(reason="Nothing"), lambda steps: steps.delete()])
def test_no_queryset_alters_or_deletes_a_step(step: EnrolmentEvent, change: Callable[[Any], object]) -> None:
    for steps in (EnrolmentEvent.objects.all(), step.enrolment.events.all()):
        with pytest.raises(TypeError, match="append-only"):
            change(steps)
    assert EnrolmentEvent.objects.get().reason == "Ny anställd"


def test_steps_go_with_their_enrolment(step: EnrolmentEvent) -> None:
    step.enrolment.delete()
    check_at_once()
    assert not EnrolmentEvent.objects.exists()


def test_a_step_outlives_who_took_it(step: EnrolmentEvent) -> None:
    assert step.by
    step.by.delete()
    check_at_once()
    assert EnrolmentEvent.objects.get().by is None


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE participants_enrolmentevent SET reason = 'Nothing'",
        "UPDATE participants_enrolmentevent SET at = at - interval '1 day', by_id = NULL",
        "UPDATE participants_enrolmentevent SET created = now()",
        "DELETE FROM participants_enrolmentevent",
    ],
)
def test_postgresql_refuses_whoever_asks(step: EnrolmentEvent, sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(sql)
    assert EnrolmentEvent.objects.get().reason == "Ny anställd"


@pytest.mark.postgresql
def test_a_saved_step_is_not_saved_again(step: EnrolmentEvent) -> None:
    step.reason = "Nothing"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        step.save()
    assert Enrolment.objects.get().events.get().reason == "Ny anställd"


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
    check_at_once()


def check_at_once() -> None:
    """What PostgreSQL would check at the end of the transaction."""
    connection.check_constraints()
