"""Participation statements: for those who have attended something, but did not complete the programme."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from certificates import actions
from certificates.choices import CertificateKind, CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from certificates.rules.issuing import refusal_to_state
from cohorts.models import Cohort
from messaging import kinds
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from sessions.choices import Mark
from tests.certificates.people import finished_cohort, issued, qualified, unqualified
from tests.factories import (
    NOW,
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    coordinator,
    manager,
)

pytestmark = pytest.mark.django_db


def stated(enrolment: Enrolment) -> Certificate:
    return actions.issue_statement(enrolment=enrolment, by=coordinator(enrolment.cohort.region), now=NOW)


def under_way() -> Cohort:
    """A cohort of which one session has been, and one is to come."""
    return CohortFactory(programme=ProgrammeFactory(modules=2), sessions=(NOW - timedelta(days=7)).date())


CAN: dict[str, Any] = {"earned": 3, "qualifies": False, "took_part": True, "has_ended": True, "settled": False}


@pytest.mark.parametrize(
    ("otherwise", "why"),
    [
        ({"took_part": False}, "Bara den som är eller har varit antagen"),
        ({"qualifies": True}, "rätt till intyget"),
        ({"settled": True}, "redan ett intyg"),
        ({"earned": 0}, "inte varit med"),
        ({"has_ended": False}, "inte slut än"),
    ],
)
def test_who_can_have_one(otherwise: dict[str, Any], why: str) -> None:
    assert refusal_to_state(**CAN) is None
    assert why in str(refusal_to_state(**CAN | otherwise))


class TestStatement:
    def test_says_what_it_is_and_which_modules_were_attended(self) -> None:
        statement = stated(unqualified(finished_cohort()))
        assert statement.kind == CertificateKind.STATEMENT
        assert (statement.document.kind, statement.document.modules_earned) == ("statement", 1)

    def test_its_page_and_its_file_say_what_it_is(self, client: Client) -> None:
        statement = stated(unqualified(finished_cohort()))
        actions.render_batch(clock=lambda: NOW)
        client.force_login(coordinator(statement.region))
        page = client.get(reverse("certificates:certificate", args=[statement.pk])).content.decode()
        assert page.count("Giltigt") == 2  # beside the number, and among its versions
        file = client.get(reverse("certificates:download", args=[statement.pk]))
        assert f"Deltagarintyg {statement.number}.pdf" in file["Content-Disposition"]

    def test_has_the_next_number_of_the_same_series(self) -> None:
        cohort = finished_cohort()
        issued(qualified(cohort))
        assert stated(unqualified(cohort)).serial == 2

    def test_completes_nothing(self) -> None:
        enrolment = unqualified(finished_cohort())
        stated(enrolment)
        enrolment.refresh_from_db()
        assert enrolment.status == EnrolmentStatus.ENROLLED

    def test_is_issued_once(self) -> None:
        enrolment = unqualified(finished_cohort())
        assert stated(enrolment) == stated(enrolment)

    def test_is_not_for_those_who_qualify(self) -> None:
        with pytest.raises(IssueRefused, match="säger mer"):
            stated(qualified(finished_cohort()))

    def test_waits_until_the_cohort_is_over(self) -> None:
        enrolment = EnrolmentFactory(cohort=under_way())
        AttendanceFactory(session=enrolment.cohort.sessions.earliest("starts"), participant=enrolment.participant)
        with pytest.raises(IssueRefused, match="inte slut än"):
            stated(enrolment)

    def test_is_for_those_who_have_left_at_once(self) -> None:
        enrolment = EnrolmentFactory(cohort=under_way(), withdrawn=True)
        AttendanceFactory(session=enrolment.cohort.sessions.earliest("starts"), participant=enrolment.participant)
        assert stated(enrolment).document.modules_earned == 1

    def test_is_the_regions_own_to_issue(self) -> None:
        enrolment = unqualified(finished_cohort())
        with pytest.raises(IssueRefused, match="Bara regionens samordnare"):
            actions.issue_statement(enrolment=enrolment, by=coordinator(finished_cohort().region), now=NOW)


def test_all_of_a_cohort_who_can_have_one_get_one() -> None:
    cohort = finished_cohort()
    qualified(cohort)
    stayed, left = unqualified(cohort), unqualified(cohort, withdrawn=True)
    EnrolmentFactory(cohort=cohort)
    by = coordinator(cohort.region)
    statements = actions.issue_all_statements(cohort=cohort, by=by, now=NOW)
    assert {statement.enrolment for statement in statements} == {stayed, left}
    assert [statement.serial for statement in statements] == [1, 2]
    assert actions.issue_all_statements(cohort=cohort, by=by, now=NOW) == []


class TestLaterCertificate:
    def test_supersedes_the_statement(self) -> None:
        enrolment = unqualified(finished_cohort())
        statement = stated(enrolment)
        enrolment.participant.attendances.update(mark=Mark.PRESENT)
        certificate = issued(enrolment)
        statement.refresh_from_db()
        assert (statement.status, statement.superseded_by) == (CertificateStatus.SUPERSEDED, certificate)
        assert certificate.serial == 2

    def test_supersedes_that_of_an_earlier_cohort_too(self) -> None:
        cohort = finished_cohort()
        left = unqualified(cohort, withdrawn=True)
        statement = stated(left)
        later = CohortFactory(programme=cohort.programme, sessions=NOW.date() - timedelta(weeks=8))
        enrolment = EnrolmentFactory(cohort=later, participant=left.participant, employment=left.employment)
        for session in later.sessions.all():
            AttendanceFactory(session=session, participant=left.participant)
        certificate = issued(enrolment)
        statement.refresh_from_db()
        assert statement.superseded_by == certificate

    def test_leaves_nobody_else_without(self) -> None:
        cohort = finished_cohort()
        statement = stated(unqualified(cohort))
        issued(qualified(cohort))
        statement.refresh_from_db()
        assert statement.status == CertificateStatus.ISSUED


def test_it_is_called_so_before_it_is_revoked_and_afterwards(client: Client) -> None:
    statement = stated(unqualified(finished_cohort()))
    client.force_login(coordinator(statement.region))
    address = reverse("certificates:revoke", args=[statement.pk])
    page = client.get(address).content.decode()
    assert f"Återkalla deltagarintyg {statement.number}?" in page
    assert "Återkalla deltagarintyget</button>" in page
    answer = client.post(address, {"reason": "Fel person"}, follow=True)
    assert f"{statement.number} är återkallat." in answer.content.decode()


def test_whose_is_revoked_is_told_of_a_statement_as_is_her_manager() -> None:
    statement = stated(unqualified(finished_cohort()))
    actions.render(certificate_id=statement.pk, now=NOW)
    statement.refresh_from_db()
    boss = manager(statement.enrolment.municipality)
    actions.revoke(certificate=statement, by=coordinator(statement.region), reason="Fel", now=NOW)
    told = {message.recipient: message for message in Message.objects.filter(kind__contains="revoked")}
    assert told.keys() == {statement.enrolment.participant.email, boss.email}
    for message in told.values():
        mail = kinds.get(message.kind).render(message)
        assert "deltagarintyg" in mail.subject.lower()
        assert "deltagarintyg" in mail.text.lower()
        assert kinds.get(message.kind).still_holds(message, NOW)


def test_an_enrolment_has_one_valid_document_of_whatever_kind() -> None:
    statement = stated(unqualified(finished_cohort()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            enrolment=statement.enrolment,
            region=statement.region,
            year=2026,
            serial=7,
            number="X-2026-0007",
            code="0" * 16,
            data={},
            issued=NOW,
        )
