"""What regions had set before there were plans holds after."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sessions.models import MessagePlan
from sessions.plans.reading import plan_of
from tests.sessions.plans import days

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("regions", "0005_unmarked_registers"), ("course_sessions", "0007_message_plans")]


@pytest.fixture
def before() -> Iterator[Any]:
    """The models as they were; afterwards the database is up to date again."""
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    yield executor.migrate(BEFORE).apps
    MigrationExecutor(connection).migrate(latest)


def region(models: Any, code: str, reminder_days: list[int]) -> Any:
    return models.get_model("regions", "Region").objects.create(
        code=code,
        name=f"Region {code}",
        contact_email="kontakt@example.org",
        signatory_name="Signe",
        signatory_title="Utbildningsansvarig",
        seat="Lund",
        reminder_days=reminder_days,
    )


def test_a_region_that_reminded_on_other_days_gets_a_plan_and_the_others_the_standard(before: Any) -> None:
    own, usual = region(before, "AA", [21, 3]), region(before, "BB", [14, 1])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    [plan] = MessagePlan.objects.all()
    assert plan.region_id == own.pk
    assert plan_of(plan.owner).timings == [days(21), days(3)]
    assert not MessagePlan.objects.filter(region=usual.pk).exists()
