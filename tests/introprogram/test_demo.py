"""The demo region: one cohort of each kind, a log-in for every role, nobody real, and never in production."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pypdf import PdfReader
from pytest_django import Settings

from accounts import demo
from accounts.models import RoleAssignment, User
from certificates.models import Certificate
from cohorts.models import Cohort
from common.clock import STOCKHOLM
from introprogram.demo.build import build
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, Participant
from regions.models import Region
from sessions.models import CohortSession, Material, SessionRevision
from tests.factories import NOW, RegionFactory

pytestmark = pytest.mark.django_db


def people() -> list[tuple[str, str, str]]:
    enrolments = Enrolment.objects.order_by("participant__email")
    return list(enrolments.values_list("participant__email", "municipality__name", "status"))


@pytest.mark.slow
def test_it_has_one_cohort_of_each_kind_and_a_log_in_for_every_role(client: Client) -> None:
    region = build(seed=1, now=NOW)

    assert region.municipalities.count() == 33
    finished, under_way, ahead = Cohort.objects.published().order_by("applications_open")
    assert CohortSession.objects.filter(cohort=finished, ends__gt=NOW).count() == 0
    assert Certificate.objects.live().filter(enrolment__cohort=finished).count() > 15
    assert CohortSession.objects.filter(cohort=under_way, ends__lt=NOW).count() == 4
    seated, waiting = (ahead.enrolments.filter(status=status) for status in ("enrolled", "waiting"))
    assert 20 < seated.count() < ahead.capacity
    assert waiting.count() == 3
    assert waiting.earliest("applied").applied >= seated.latest("applied").applied

    assert [email for email, _role in demo.logins()] == list(demo.LOGINS)
    assert all(client.login(email=email, password=demo.PASSWORD) for email in demo.LOGINS)
    assert set(RoleAssignment.objects.values_list("role", flat=True)) == {
        *("coordinator", "manager", "lecturer", "participant", "administrator")
    }
    assert not User.objects.exclude(email__endswith="@example.org").exists()
    assert not Participant.objects.exclude(email__endswith="@example.org").exists()


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


@pytest.mark.slow
def test_material_is_handed_out_some_of_it_later(client: Client) -> None:
    build(seed=1, now=NOW)
    amina = User.objects.get(email=demo.PARTICIPANT)
    lena = User.objects.get(email=demo.LECTURER)
    later = {"Fall att diskutera i grupp"}
    titles = {
        user: set(Material.objects.visible_to(user, today=NOW.date()).values_list("title", flat=True))
        for user in (amina, lena)
    }
    assert {"BBIC: grundbok och formulär", "Utbildningen i korthet", "Bilder från dagen"} <= titles[amina]
    assert later <= titles[lena]
    assert not later & titles[amina]
    with Material.objects.get(title__in=later).file.open() as file:
        assert "Fallet är påhittat." in PdfReader(file).pages[0].extract_text()


def test_one_session_was_moved_lately() -> None:
    build(seed=1, now=NOW)
    [moved] = SessionRevision.objects.filter(change__at=NOW - timedelta(days=2))
    assert (moved.number, moved.session.revision) == (2, 2)
    assert moved.starts > moved.session.revisions.get(number=1).starts > NOW
