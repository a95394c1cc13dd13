"""What is in the demo region: one cohort of each kind, a log-in for every role, and nobody real."""

from datetime import timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts import demo
from accounts.models import RoleAssignment, User
from certificates.models import Certificate
from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from introprogram.demo.build import build
from participants.choices import EventKind
from participants.models import Participant
from regions.models import Region
from reports.evidence.told import told_of
from reports.rules.todo import Matter
from reports.todo import overview_of
from sessions.models import CohortSession, Material, SessionRevision, Unavailability
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region")]


@pytest.fixture(scope="module")
def region(standing_data: None) -> Region:
    """Built once for all tests of this module."""
    return build(seed=1, now=NOW)


def test_it_has_one_cohort_of_each_kind_and_a_log_in_for_every_role(region: Region, client: Client) -> None:
    assert region.municipalities.count() == 33
    finished, under_way, ahead, to_approve = Cohort.objects.published().order_by("applications_open")
    assert CohortSession.objects.filter(cohort=finished, ends__gt=NOW).count() == 0
    assert Certificate.objects.live().filter(enrolment__cohort=finished).count() > 15
    assert CohortSession.objects.filter(cohort=under_way, ends__lt=NOW).count() == 4
    seated, waiting = (ahead.enrolments.filter(status=status) for status in ("enrolled", "waiting"))
    assert 20 < seated.count() < ahead.capacity
    assert waiting.count() == 3
    in_turn = seated.exclude(events__kind=EventKind.TOOK_OVER)
    assert waiting.earliest("applied").applied >= in_turn.latest("applied").applied
    applied = to_approve.enrolments.filter(status="applied")
    assert applied.count() == 6
    assert [bool(enrolment.warnings) for enrolment in applied].count(True) == 2

    assert [email for email, _role in demo.logins()] == list(demo.LOGINS)
    assert all(client.login(email=email, password=demo.PASSWORD) for email in demo.LOGINS)
    assert set(RoleAssignment.objects.values_list("role", flat=True)) == {
        *("coordinator", "manager", "lecturer", "participant", "administrator")
    }
    assert not User.objects.exclude(email__endswith="@example.org").exists()
    assert not Participant.objects.exclude(email__endswith="@example.org").exists()


def test_material_is_handed_out_some_of_it_later() -> None:
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


def test_every_cohort_has_a_name_of_its_own() -> None:
    names = list(Cohort.objects.published().values_list("name", flat=True))
    assert len(set(names)) == len(names)


def test_nothing_clashes_but_what_is_there_to_be_solved() -> None:
    overview = overview_of(User.objects.get(email=demo.COORDINATOR), now=NOW)
    clashes = [item for group in overview.groups for item in group.items if item.matter == Matter.CLASH]
    travels, *beside_the_draft = sorted(clashes, key=lambda item: item.due)
    assert Unavailability.objects.filter(lecturer__sessions=travels.session, first=travels.session.day).exists()
    draft = Cohort.objects.get(status=CohortStatus.DRAFT)
    assert len(beside_the_draft) == 2, "a lecturer and a venue"
    assert all(draft.name in f"{item.cohort} {item.reasons}" for item in beside_the_draft)


def test_one_session_was_moved_lately() -> None:
    [moved] = SessionRevision.objects.filter(change__at=NOW - timedelta(days=2))
    assert (moved.number, moved.session.revision) == (2, 2)
    assert moved.starts > moved.session.revisions.get(number=1).starts > NOW


def test_whoever_was_welcomed_knows_when_her_sessions_are_but_not_yet_that_one_was_moved() -> None:
    siv = User.objects.get(email=demo.COORDINATOR)
    *_, before, moved = CohortSession.objects.filter(cohort__sessions__revision=2, starts__gt=NOW).order_by("starts")
    told, to_be_told = (told_of(session, user=siv) for session in (before, moved))
    assert len(told.participants) > 15
    assert told.not_told == []
    assert to_be_told.not_told == to_be_told.participants
