"""The demo region can be made on any day, once, and never in production."""

from datetime import datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from common.clock import STOCKHOLM
from introprogram.demo.build import build
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from regions.models import Region
from tests.factories import NOW, RegionFactory

pytestmark = pytest.mark.django_db


def people() -> list[tuple[str, str, str]]:
    enrolments = Enrolment.objects.order_by("participant__email")
    return list(enrolments.values_list("participant__email", "municipality__name", "status"))


@pytest.mark.slow
def test_the_same_seed_makes_the_same_people() -> None:
    assert people_of(seed=1) == people_of(seed=1)


def people_of(*, seed: int) -> list[tuple[str, str, str]]:
    with transaction.atomic():
        build(seed=seed, now=NOW)
        found = people()
        transaction.set_rollback(True)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2028, 2, 29, 0, 5, tzinfo=STOCKHOLM),
        datetime(2026, 12, 31, 23, 55, tzinfo=STOCKHOLM),
    ],
)
def test_it_can_be_made_on_any_day_at_any_hour(moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        call_command("demo")
    assert Enrolment.objects.filter(status=EnrolmentStatus.COMPLETED).exists()


def test_a_database_that_has_a_region_is_left_alone() -> None:
    RegionFactory()
    call_command("demo", "--if-empty")
    with pytest.raises(CommandError, match="has a region already"):
        call_command("demo")
    assert Region.objects.count() == 1


def test_known_passwords_are_not_for_production(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not for production"):
        call_command("demo")
