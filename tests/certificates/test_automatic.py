"""Certificates that the portal issues by itself, where a programme is set so."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from certificates import actions
from certificates.models import Certificate
from certificates.people.documents import notices_of
from cohorts.exceptions import ProgrammeRefused
from cohorts.models import Cohort
from tests.certificates.people import finished_cohort, issued, qualified, unqualified
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    coordinator,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db


def automatic(cohort: Cohort) -> Cohort:
    actions.set_automatic(programme=cohort.programme, automatic=True, by=coordinator(cohort.region), now=NOW)
    return cohort


def test_nothing_is_issued_unless_the_programme_is_set_so() -> None:
    qualified(finished_cohort())
    actions.issue_what_is_due(now=NOW)
    assert not Certificate.objects.exists()


def test_whoever_qualifies_gets_one_from_the_portal_and_once() -> None:
    cohort = automatic(finished_cohort())
    enrolment = qualified(cohort)
    unqualified(cohort)
    for _run in range(2):
        actions.issue_what_is_due(now=NOW)
    certificate = Certificate.objects.get()
    assert (certificate.enrolment, certificate.issued_by) == (enrolment, None)
    assert AuditEvent.objects.about(certificate).get().actor is None


def test_not_while_a_session_is_to_come_or_to_be_marked() -> None:
    programme = ProgrammeFactory(modules=3)
    programme.modules_required = 1
    programme.save()
    cohort = automatic(CohortFactory(programme=programme, sessions=TODAY - timedelta(weeks=4)))
    enrolment = EnrolmentFactory(cohort=cohort)
    first = cohort.sessions.earliest("starts")
    AttendanceFactory(session=first, participant=enrolment.participant)
    actions.issue_what_is_due(now=NOW)
    over = NOW + timedelta(weeks=8)
    actions.issue_what_is_due(now=over)
    assert not Certificate.objects.exists()
    for session in cohort.sessions.exclude(pk=first.pk):
        AttendanceFactory(session=session, participant=enrolment.participant)
    actions.issue_what_is_due(now=over)
    assert Certificate.objects.get().data["modules_earned"] == 3


def test_whose_certificate_was_revoked_waits_for_the_coordinator() -> None:
    cohort = automatic(finished_cohort())
    certificate = issued(qualified(cohort))
    actions.revoke(certificate=certificate, by=coordinator(cohort.region), reason="Fel", now=NOW)
    qualified(cohort)
    actions.issue_what_is_due(now=NOW)
    assert Certificate.objects.live().get().enrolment != certificate.enrolment


def test_the_coordinator_is_told_for_a_week() -> None:
    cohort = automatic(finished_cohort())
    qualified(cohort)
    actions.issue_what_is_due(now=NOW)
    planner, other = coordinator(cohort.region), coordinator(finished_cohort().region)
    (notice,) = notices_of(planner, now=NOW)
    assert (notice.count, notice.url) == (1, "/register/intyg/?show=automatic")
    assert list(notices_of(planner, now=NOW + timedelta(days=8))) == []
    assert list(notices_of(other, now=NOW)) == []


def test_only_the_regions_own_coordinator_sets_it_and_it_is_logged_once() -> None:
    programme = finished_cohort().programme
    with pytest.raises(ProgrammeRefused):
        actions.set_automatic(programme=programme, automatic=True, by=coordinator(finished_cohort().region), now=NOW)
    by = coordinator(programme.region)
    for _time in range(2):
        actions.set_automatic(programme=programme, automatic=True, by=by, now=NOW)
    assert AuditEvent.objects.filter(action="programme.automatic_certificates_changed").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_beats_and_a_coordinator_at_once_issue_each_once() -> None:
    cohort = automatic(finished_cohort())
    for _person in range(5):
        qualified(cohort)
    by = coordinator(cohort.region)
    at_once(
        [
            lambda: actions.issue_what_is_due(now=NOW),
            lambda: actions.issue_what_is_due(now=NOW),
            lambda: actions.issue_all(cohort=cohort, by=by, now=NOW),
        ]
    )
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5]
