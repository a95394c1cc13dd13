"""Issuing: who gets which number, what is frozen, and that nobody gets two."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from audit.models import AuditEvent
from certificates import actions
from certificates.choices import CertificateStatus
from certificates.document import CertificateDocument
from certificates.exceptions import IssueRefused
from certificates.models import Certificate, NumberSeries
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from sessions.choices import Mark
from tests.certificates.people import finished_cohort, qualified, unqualified
from tests.factories import NOW, TODAY, ProgrammeFactory, coordinator, manager

pytestmark = pytest.mark.django_db


def test_the_first_certificate_of_a_year_is_number_one() -> None:
    enrolment = qualified(finished_cohort())
    by = coordinator(enrolment.cohort.region)
    certificate = actions.issue(enrolment=enrolment, by=by, now=NOW)
    assert certificate.number == f"{enrolment.cohort.region.code}-2026-0001"
    assert (certificate.status, certificate.issued_by, certificate.issued) == (CertificateStatus.ISSUED, by, NOW)
    assert len(certificate.code) == 16
    event = AuditEvent.objects.about(certificate).get()
    assert (event.action, event.actor, event.after["number"]) == ("certificate.issued", by, certificate.number)


def test_the_enrolment_is_completed_and_its_history_says_so() -> None:
    enrolment = qualified(finished_cohort())
    by = coordinator(enrolment.cohort.region)
    actions.issue(enrolment=enrolment, by=by, now=NOW)
    enrolment.refresh_from_db()
    assert enrolment.status == EnrolmentStatus.COMPLETED
    step = enrolment.events.get()
    assert (step.status, step.by, step.at) == (EnrolmentStatus.COMPLETED, by, NOW)


def test_data_are_frozen_as_they_are() -> None:
    cohort = finished_cohort(programme=ProgrammeFactory(modules=3))
    enrolment = qualified(cohort)
    cohort.programme.modules_required = 2
    cohort.programme.save()
    enrolment.participant.attendances.filter(session__module__number=2).update(mark=Mark.ABSENT)
    certificate = actions.issue(enrolment=enrolment, by=coordinator(cohort.region), now=NOW)

    enrolment.participant.last_name = "Senare"
    enrolment.participant.save()
    certificate.refresh_from_db()
    document = CertificateDocument.from_json(certificate.data)
    assert document.participant_name.startswith("Åsa Öberg")
    assert [module.date for module in document.modules] == [TODAY - timedelta(weeks=8), None, TODAY]
    assert (document.modules_earned, document.modules_total, document.modules_required) == (2, 3, 2)
    assert document.total_hours == Decimal(14)
    assert (document.first_date, document.last_date, document.issued_on) == (TODAY - timedelta(weeks=8), TODAY, TODAY)
    assert (document.region_name, document.signatory_name, document.place) == (
        cohort.region.name,
        "Signe Signatär",
        "Lund",
    )
    assert document.language == "sv"
    address = urlsplit(document.verification_url)
    assert parse_qs(address.query) == {"nummer": [certificate.number], "kod": [certificate.code]}


def test_a_certificate_speaks_the_language_that_its_owner_has_chosen() -> None:
    enrolment = qualified(finished_cohort())
    User.objects.filter(participants=enrolment.participant).update(language="en")
    certificate = actions.issue(enrolment=enrolment, by=coordinator(enrolment.cohort.region), now=NOW)
    assert certificate.data["language"] == "en"


def test_the_year_is_the_local_one_and_begins_at_one_again() -> None:
    """23:30 UTC on New Year's Eve is already January in Stockholm."""
    cohort = finished_cohort()
    by = coordinator(cohort.region)
    old = actions.issue(enrolment=qualified(cohort), by=by, now=datetime(2026, 12, 31, 22, 30, tzinfo=UTC))
    new = actions.issue(enrolment=qualified(cohort), by=by, now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert [old.number[-9:], new.number[-9:]] == ["2026-0001", "2027-0001"]
    assert CertificateDocument.from_json(new.data).issued_on == date(2027, 1, 1)


def test_whoever_has_not_earned_enough_gets_none() -> None:
    enrolment = unqualified(finished_cohort())
    with pytest.raises(IssueRefused):
        actions.issue(enrolment=enrolment, by=coordinator(enrolment.cohort.region), now=NOW)
    assert not Certificate.objects.exists()
    assert not NumberSeries.objects.exists()


@pytest.mark.parametrize("situation", ["waiting", "withdrawn"])
def test_whoever_does_not_take_part_gets_none(situation: str) -> None:
    enrolment = qualified(finished_cohort(), **{situation: True})
    with pytest.raises(IssueRefused):
        actions.issue(enrolment=enrolment, by=coordinator(enrolment.cohort.region), now=NOW)


def test_issuing_again_gives_the_same_certificate() -> None:
    enrolment = qualified(finished_cohort())
    by = coordinator(enrolment.cohort.region)
    assert actions.issue(enrolment=enrolment, by=by, now=NOW) == actions.issue(enrolment=enrolment, by=by, now=NOW)


def test_only_the_regions_own_coordinator_issues() -> None:
    enrolment = qualified(finished_cohort())
    for user in (coordinator(finished_cohort().region), manager(enrolment.municipality)):
        with pytest.raises(IssueRefused):
            actions.issue(enrolment=enrolment, by=user, now=NOW)
        with pytest.raises(IssueRefused):
            actions.issue_all(cohort=enrolment.cohort, by=user, now=NOW)


def test_to_all_who_qualify_and_only_once() -> None:
    cohort = finished_cohort()
    ready = [qualified(cohort) for _person in range(3)]
    unqualified(cohort)
    by = coordinator(cohort.region)
    actions.issue(enrolment=ready[1], by=by, now=NOW)
    issued = actions.issue_all(cohort=cohort, by=by, now=NOW)
    assert {certificate.enrolment for certificate in issued} == {ready[0], ready[2]}
    assert [certificate.serial for certificate in issued] == [2, 3]
    assert actions.issue_all(cohort=cohort, by=by, now=NOW) == []


def test_a_worker_is_woken_when_the_change_is_kept(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    enrolment = qualified(finished_cohort())
    with django_capture_on_commit_callbacks() as callbacks:
        actions.issue(enrolment=enrolment, by=coordinator(enrolment.cohort.region), now=NOW)
    assert len(callbacks) == 1


def test_a_revoked_certificate_keeps_its_number_and_a_new_one_gets_the_next() -> None:
    enrolment = qualified(finished_cohort())
    by = coordinator(enrolment.cohort.region)
    first = actions.issue(enrolment=enrolment, by=by, now=NOW)
    actions.revoke(certificate=first, by=by, reason="Fel namn", now=NOW)
    first.refresh_from_db()
    assert (first.status, first.revoked_reason, first.revoked) == (CertificateStatus.REVOKED, "Fel namn", NOW)
    assert AuditEvent.objects.about(first).get(action="certificate.revoked").reason == "Fel namn"
    assert actions.issue(enrolment=enrolment, by=by, now=NOW).serial == 2


def test_revoking_needs_a_reason_a_valid_certificate_and_the_right_coordinator() -> None:
    enrolment = qualified(finished_cohort())
    by = coordinator(enrolment.cohort.region)
    certificate = actions.issue(enrolment=enrolment, by=by, now=NOW)
    with pytest.raises(IssueRefused):
        actions.revoke(certificate=certificate, by=by, reason="  ", now=NOW)
    with pytest.raises(IssueRefused):
        actions.revoke(certificate=certificate, by=coordinator(finished_cohort().region), reason="Fel", now=NOW)
    actions.revoke(certificate=certificate, by=by, reason="Fel", now=NOW)
    with pytest.raises(IssueRefused):
        actions.revoke(certificate=certificate, by=by, reason="Fel", now=NOW)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_twenty_people_get_twenty_numbers_without_a_gap(self) -> None:
        cohort = finished_cohort()
        enrolments = [qualified(cohort) for _person in range(20)]
        by = coordinator(cohort.region)

        def issue(enrolment: Enrolment) -> int:
            try:
                return actions.issue(enrolment=enrolment, by=by, now=NOW).serial
            finally:
                connection.close()

        with ThreadPoolExecutor(20) as pool:
            serials = list(pool.map(issue, enrolments))
        assert sorted(serials) == list(range(1, 21))

    def test_a_hundred_issuers_of_whom_every_third_fails_leave_no_gap(self) -> None:
        """Who fails has taken a number already, and gives it back with the transaction."""
        cohort = finished_cohort()
        enrolments = [qualified(cohort) for _person in range(100)]
        by = coordinator(cohort.region)

        def issue(job: tuple[int, Enrolment]) -> None:
            number, enrolment = job
            try:
                with transaction.atomic():
                    actions.issue(enrolment=enrolment, by=by, now=NOW)
                    if number % 3 == 0:
                        raise ConnectionError
            except ConnectionError:
                pass
            finally:
                connection.close()

        with ThreadPoolExecutor(40) as pool:
            list(pool.map(issue, enumerate(enrolments)))
        serials = sorted(Certificate.objects.values_list("serial", flat=True))
        assert serials == list(range(1, 67))
        assert NumberSeries.objects.get().last == 66

    def test_one_person_gets_one_certificate_from_ten_issuers(self) -> None:
        enrolment = qualified(finished_cohort())
        by = coordinator(enrolment.cohort.region)

        def issue(_number: int) -> str:
            try:
                return actions.issue(enrolment=enrolment, by=by, now=NOW).number
            finally:
                connection.close()

        with ThreadPoolExecutor(10) as pool:
            numbers = set(pool.map(issue, range(10)))
        assert len(numbers) == Certificate.objects.count() == 1
        assert NumberSeries.objects.get().last == 1

    def test_a_cohort_issued_from_both_sides_leaves_no_gap_and_no_double(self) -> None:
        cohort = finished_cohort()
        enrolments = [qualified(cohort) for _person in range(8)]
        by = coordinator(cohort.region)

        def issue(enrolment: Enrolment | None) -> None:
            try:
                if enrolment:
                    actions.issue(enrolment=enrolment, by=by, now=NOW)
                else:
                    actions.issue_all(cohort=cohort, by=by, now=NOW)
            finally:
                connection.close()

        with ThreadPoolExecutor(12) as pool:
            list(pool.map(issue, [*enrolments, None, None, None, None]))
        assert sorted(Certificate.objects.values_list("serial", flat=True)) == list(range(1, 9))
