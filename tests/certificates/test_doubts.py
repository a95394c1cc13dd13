"""Certificates in doubt: what follows when attendance is corrected after the issue."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from certificates import actions
from certificates.choices import CertificateStatus
from certificates.doubts import Doubt, doubts_about
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from certificates.people.documents import notices_of
from certificates.revising import revision_of
from certificates.rules.doubts import contradicted
from participants.models import Enrolment
from sessions.choices import Mark
from tests.certificates.people import finished_cohort, issued, qualified
from tests.factories import NOW, MergeFactory, ProgrammeFactory, coordinator

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("frozen", "now", "which"),
    [
        ({1: MAY, 2: None}, {1: MAY, 2: None}, set()),
        ({1: MAY, 2: None}, {1: None, 2: None}, {1}),
        ({1: MAY}, {1: JUNE}, {1}),
        ({1: MAY, 2: None}, {1: MAY, 2: MAY}, {2}),
        ({1: MAY, 2: None}, {1: MAY, 2: JULY}, set()),  # earned after the issue
        ({1: MAY}, {1: MAY, 2: MAY}, {2}),  # a module that there was not
    ],
)
def test_what_contradicts_a_certificate(
    frozen: dict[int, date | None], now: dict[int, date | None], which: set[int]
) -> None:
    assert contradicted(frozen, now, issued_on=JUNE) == which


def doubts() -> list[Doubt]:
    return doubts_about(Certificate.objects.all(), now=LATER)


def mark(enrolment: Enrolment, mark: Mark, *, module: int = 2) -> None:
    """Correct a mark after the issue."""
    marks = enrolment.participant.attendances.filter(session__module__number=module)
    marks.update(mark=mark, marked=NOW + timedelta(days=1))


def with_a_module_to_spare() -> Certificate:
    """A certificate of someone who has attended all three modules, of which two are required."""
    programme = ProgrammeFactory(modules=3)
    programme.modules_required = 2
    programme.save()
    return issued(qualified(finished_cohort(programme=programme)))


def test_nothing_is_in_doubt_that_nobody_has_corrected() -> None:
    issued(qualified(finished_cohort()))
    assert doubts() == []


def test_a_mark_that_is_taken_back_puts_the_certificate_in_doubt() -> None:
    certificate = issued(qualified(finished_cohort()))
    mark(certificate.enrolment, Mark.ABSENT)
    (doubt,) = doubts()
    assert (doubt.certificate, doubt.modules, doubt.still_holds) == (certificate, [2], False)


def test_with_a_module_to_spare_the_rule_still_holds_and_a_new_version_settles_it() -> None:
    certificate = with_a_module_to_spare()
    mark(certificate.enrolment, Mark.ABSENT)
    assert [doubt.still_holds for doubt in doubts()] == [True]
    seen = revision_of(Certificate.objects.get(), now=LATER).fingerprint
    actions.issue_new_version(certificate=certificate, seen=seen, by=coordinator(certificate.region), now=LATER)
    assert doubts() == []


def test_a_mark_that_says_the_same_leaves_no_doubt() -> None:
    certificate = issued(qualified(finished_cohort()))
    mark(certificate.enrolment, Mark.PARTIAL)
    assert doubts() == []


def test_a_merge_is_looked_at_too() -> None:
    certificate = issued(qualified(finished_cohort()))
    certificate.enrolment.participant.attendances.filter(session__module__number=1).delete()
    assert doubts() == []
    MergeFactory(kept=certificate.enrolment.participant, at=LATER)
    assert [doubt.modules for doubt in doubts()] == [[1]]


def test_revoking_settles_it() -> None:
    certificate = issued(qualified(finished_cohort()))
    mark(certificate.enrolment, Mark.ABSENT)
    actions.revoke(certificate=certificate, by=coordinator(certificate.region), reason="Var inte där", now=LATER)
    assert doubts() == []


class TestLettingItStand:
    def test_settles_it_until_something_is_corrected_again(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        mark(certificate.enrolment, Mark.ABSENT)
        by = coordinator(certificate.region)
        actions.uphold(certificate=certificate, by=by, reason="Godkänd uppgift i stället", now=LATER)
        certificate.refresh_from_db()
        assert (certificate.status, certificate.upheld) == (CertificateStatus.READY, LATER)
        assert AuditEvent.objects.about(certificate).get(action="certificate.upheld").reason.startswith("Godkänd")
        assert doubts() == []
        certificate.enrolment.participant.attendances.update(marked=LATER + timedelta(days=1))
        assert [doubt.certificate for doubt in doubts()] == [certificate]

    def test_needs_a_reason_and_the_right_coordinator(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        with pytest.raises(IssueRefused):
            actions.uphold(certificate=certificate, by=coordinator(certificate.region), reason=" ", now=LATER)
        with pytest.raises(IssueRefused):
            actions.uphold(certificate=certificate, by=coordinator(finished_cohort().region), reason="Rätt", now=LATER)


class TestPages:
    def test_the_coordinator_finds_it_and_the_ways_out(self, client: Client) -> None:
        certificate = issued(qualified(finished_cohort()))
        mark(certificate.enrolment, Mark.ABSENT)
        planner = coordinator(certificate.region)
        client.force_login(planner)
        (notice,) = notices_of(planner, now=LATER)
        rows = client.get(notice.url).context["page"].object_list
        assert [row.pk for row in rows] == [certificate.pk]
        page = client.get(reverse("certificates:certificate", args=[certificate.pk])).content.decode()
        for way in ("uphold", "revoke", "correct"):
            assert reverse(f"certificates:{way}", args=[certificate.pk]) in page

    def test_it_stands_after_a_reason_is_given(self, client: Client) -> None:
        certificate = issued(qualified(finished_cohort()))
        mark(certificate.enrolment, Mark.ABSENT)
        client.force_login(coordinator(certificate.region))
        address = reverse("certificates:uphold", args=[certificate.pk])
        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": "Uppgift godkänd"}).status_code == 302
        certificate.refresh_from_db()
        assert certificate.upheld_reason == "Uppgift godkänd"
