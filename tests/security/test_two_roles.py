"""Who coordinates one region and is a manager in another does nothing there that only its coordinators may."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from certificates.models import Certificate
from messaging.models import Message
from sessions.models import Announcement, MessagePlan
from tests.certificates.people import finished_cohort, issued, qualified
from tests.factories import AnnouncementFactory, RegionFactory, RoleAssignmentFactory, coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate() -> Certificate:
    """One of the other region, issued to somebody of the municipality."""
    return issued(qualified(finished_cohort()))


@pytest.fixture
def siv(certificate: Certificate, client: Client) -> User:
    """Coordinator in a region, manager of a municipality in the other; logged in."""
    user = coordinator(RegionFactory())
    RoleAssignmentFactory(user=user, role=Role.MANAGER, region=None, municipality=certificate.enrolment.municipality)
    client.force_login(user)
    return user


def everything() -> list[Any]:
    """What she could have changed."""
    models = (AuditEvent, Certificate, Message, Announcement, MessagePlan)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_certificates_are_hers_to_read_only(client: Client, siv: User, certificate: Certificate) -> None:
    cohort, programme = certificate.enrolment.cohort, certificate.enrolment.programme
    before = everything()
    assert client.get(reverse("certificates:certificate", args=[certificate.pk])).status_code == 200
    for name, record in {
        "issue": cohort,
        "statements": cohort,
        "zip_file": cohort,
        "issue_one": certificate.enrolment,
        "state_one": certificate.enrolment,
        "automatic": programme,
        "correct": certificate,
        "revoke": certificate,
        "uphold": certificate,
    }.items():
        answer = client.post(reverse(f"certificates:{name}", args=[record.pk]), {"reason": "x", "automatic": "1"})
        assert answer.status_code in (302, 404, 422), name
    programme.refresh_from_db()
    assert not programme.issues_by_itself
    assert everything() == before


def test_neither_writes_she_there_nor_plans(client: Client, siv: User, certificate: Certificate) -> None:
    cohort = certificate.enrolment.cohort
    draft = AnnouncementFactory(cohort=cohort, by=coordinator(certificate.region))
    before = everything()
    for name, pk in {
        "new_announcement": cohort.pk,
        "edit_announcement": draft.pk,
        "send_announcement": draft.pk,
        "discard_announcement": draft.pk,
        "cohort_plan": cohort.pk,
        "programme_plan": cohort.programme.pk,
        "region_plan": certificate.region.pk,
    }.items():
        answer = client.post(reverse(f"sessions:{name}", args=[pk]), {"subject": "x", "body": "x", "audience": "all"})
        assert answer.status_code == 404, name
    assert everything() == before


def test_nor_does_she_read_what_was_sent_there(client: Client, siv: User, certificate: Certificate) -> None:
    page = client.get(reverse("reports:messages"), {"person": str(certificate.enrolment.participant.pk)})
    assert page.context["about"] is None
    assert not page.context["rows"]
    file = client.get(reverse("certificates:register_file"))
    assert not AuditEvent.objects.filter(action="certificates.listed", scope=certificate.region.pk).exists()
    assert file.status_code == 200
