"""The pages about people and certificates: who sees whom, what they say, how many queries they take."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from certificates import actions
from certificates.choices import CertificateStatus
from certificates.models import Certificate
from cohorts.models import Cohort
from participants.models import Enrolment
from sessions.choices import Mark
from tests.certificates.people import finished_cohort, issued, qualified, unqualified
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    EnrolmentFactory,
    ParticipantFactory,
    ProgrammeFactory,
    coordinator,
    lecturer,
    manager,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cohort() -> Cohort:
    return finished_cohort()


def log_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def participant_of(enrolment: Enrolment) -> User:
    user = enrolment.participant.user
    assert user
    RoleAssignment.objects.get_or_create(user=user, role=Role.PARTICIPANT, region=enrolment.participant.region)
    return user


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


class TestCohort:
    def test_people_modules_and_what_each_has_earned(self, client: Client, cohort: Cohort) -> None:
        ready, missing = qualified(cohort), unqualified(cohort)
        page = log_in(client, coordinator(cohort.region)).get(reverse("certificates:cohort", args=[cohort.pk]))
        rows = {row.enrolment: row for row in page.context["rows"]}
        assert (rows[ready].progress.earned, rows[missing].progress.earned) == (2, 1)
        assert page.context["to_issue"] == 1
        assert reverse("certificates:issue_one", args=[ready.pk]) in page.content.decode()
        assert reverse("certificates:issue_one", args=[missing.pk]) not in page.content.decode()

    def test_an_empty_cohort_says_what_to_do(self, client: Client, cohort: Cohort) -> None:
        page = log_in(client, coordinator(cohort.region)).get(reverse("certificates:cohort", args=[cohort.pk]))
        assert reverse("participants:cohort", args=[cohort.pk]) in page.content.decode()

    @pytest.mark.parametrize("name", ["cohort", "issue", "progress"])
    def test_is_for_its_own_coordinator(self, client: Client, cohort: Cohort, name: str) -> None:
        enrolment = qualified(cohort)
        address = reverse(f"certificates:{name}", args=[cohort.pk])
        answers = {
            coordinator(cohort.region): 200,
            coordinator(CohortFactory().region): 404,
            manager(enrolment.municipality): 403,
            lecturer(cohort.region): 403,
            participant_of(enrolment): 403,
        }
        assert {user: log_in(client, user).get(address).status_code for user in answers} == answers


class TestIssuing:
    def test_says_who_gets_one_before_anything_happens(self, client: Client, cohort: Cohort) -> None:
        ready, missing = qualified(cohort), unqualified(cohort)
        page = log_in(client, coordinator(cohort.region)).get(reverse("certificates:issue", args=[cohort.pk]))
        assert ready.participant.last_name in page.content.decode()
        assert missing.participant.last_name not in page.content.decode()
        assert not Certificate.objects.exists()

    def test_issues_on_post_and_shows_progress_with_numbers(self, client: Client, cohort: Cohort) -> None:
        first, second = qualified(cohort), qualified(cohort)
        log_in(client, coordinator(cohort.region))
        progress = reverse("certificates:progress", args=[cohort.pk])
        answer = client.post(reverse("certificates:issue", args=[cohort.pk]), follow=True)
        assert answer.redirect_chain == [(progress, 302)]

        actions.render(certificate_id=first.certificates.get().pk, now=NOW)
        fragment = client.get(progress, headers={"HX-Request": "true"})
        assert (fragment.context["done"], fragment.context["total"], fragment.context["finished"]) == (1, 2, False)
        assert "hx-get" in fragment.content.decode()
        assert "<html" not in fragment.content.decode()

        actions.render(certificate_id=second.certificates.get().pk, now=NOW)
        finished = client.get(progress, headers={"HX-Request": "true"})
        assert finished.context["finished"]
        assert "hx-get" not in finished.content.decode()

    def test_one_that_cannot_be_made_ends_the_waiting_and_is_named(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort), rendered=False)
        Certificate.objects.update(problem="Source Sans 3 has no letter for 春 (U+6625)")
        log_in(client, coordinator(cohort.region))
        page = client.get(reverse("certificates:progress", args=[cohort.pk]))
        assert page.context["finished"]
        assert f"{certificate.number}" in page.content.decode()
        assert "U+6625" in page.content.decode()

    def test_one_person(self, client: Client, cohort: Cohort) -> None:
        enrolment = qualified(cohort)
        log_in(client, coordinator(cohort.region)).post(reverse("certificates:issue_one", args=[enrolment.pk]))
        assert enrolment.certificates.get().status == CertificateStatus.ISSUED

    def test_a_refusal_is_said(self, client: Client, cohort: Cohort) -> None:
        enrolment = unqualified(cohort)
        log_in(client, coordinator(cohort.region))
        page = client.post(reverse("certificates:issue_one", args=[enrolment.pk]), follow=True)
        assert [message.level_tag for message in page.context["messages"]] == ["error"]
        assert not Certificate.objects.exists()

    def test_nobody_issues_in_another_region(self, client: Client, cohort: Cohort) -> None:
        enrolment = qualified(cohort)
        log_in(client, coordinator(CohortFactory().region))
        for name, row in (("issue", cohort), ("issue_one", enrolment)):
            assert client.post(reverse(f"certificates:{name}", args=[row.pk])).status_code == 404
        assert not Certificate.objects.exists()


class TestRevoking:
    def test_asks_why_and_then_revokes(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        address = reverse("certificates:revoke", args=[certificate.pk])
        log_in(client, coordinator(cohort.region))
        assert client.get(address).status_code == 200
        assert client.post(address, {"reason": ""}).status_code == 422
        client.post(address, {"reason": "Fel namn"})
        certificate.refresh_from_db()
        assert (certificate.status, certificate.revoked_reason) == (CertificateStatus.REVOKED, "Fel namn")
        assert client.get(address).status_code == 404


class TestMyProgramme:
    address = "/min-utbildning/"

    def test_the_next_session_comes_first(self, client: Client) -> None:
        cohort = CohortFactory(sessions=TODAY - timedelta(weeks=4, days=-5))
        enrolment = EnrolmentFactory(
            cohort=cohort, participant=ParticipantFactory(region=cohort.region, with_login=True)
        )
        page = log_in(client, participant_of(enrolment)).get(self.address)
        assert page.context["next"].module.number == 2
        assert page.context["days"] == 5
        assert [step.state for step in page.context["programmes"][0].steps][:3] == ["", "now", ""]

    def test_what_was_attended_missed_and_made_up(self, client: Client, cohort: Cohort) -> None:
        enrolment = unqualified(cohort)
        enrolment.participant.attendances.filter(session__module__number=2).update(mark=Mark.EXCUSED)
        page = log_in(client, participant_of(enrolment)).get(self.address)
        assert [step.state for step in page.context["programmes"][0].steps] == ["done", "missed"]

    def test_both_of_two_enrolments(self, client: Client, cohort: Cohort) -> None:
        enrolment = qualified(cohort)
        issued(enrolment)
        course = CohortFactory(
            programme=ProgrammeFactory(region=cohort.region, modules=5), sessions=TODAY + timedelta(weeks=2)
        )
        EnrolmentFactory(cohort=course, participant=enrolment.participant, employment=enrolment.employment)
        page = log_in(client, participant_of(enrolment)).get(self.address)
        assert {programme.row.enrolment.cohort for programme in page.context["programmes"]} == {cohort, course}
        assert page.context["next"].cohort_id == course.pk

    def test_the_certificate_with_its_code_and_the_way_to_check_it(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        page = log_in(client, participant_of(certificate.enrolment)).get(self.address).content.decode()
        assert reverse("certificates:download", args=[certificate.pk]) in page
        assert certificate.grouped_code in page
        assert f"nummer={certificate.number}&amp;kod={certificate.code}" in page

    @pytest.mark.parametrize(("status", "opens"), [("enrolled", True), ("waiting", False), ("withdrawn", False)])
    def test_it_links_to_the_sessions_that_she_may_open(
        self, client: Client, cohort: Cohort, status: str, opens: bool
    ) -> None:
        participant = ParticipantFactory(region=cohort.region, with_login=True)
        enrolment = EnrolmentFactory(cohort=cohort, participant=participant, status=status)
        page = log_in(client, participant_of(enrolment)).get(self.address)
        steps = page.context["programmes"][0].steps
        assert {bool(step.url) for step in steps} == {opens}
        answer = client.get(reverse("sessions:session", args=[cohort.sessions.first().pk]))
        assert answer.status_code == (200 if opens else 404)

    def test_someone_who_is_not_enrolled_is_told_who_does_that(self, client: Client, cohort: Cohort) -> None:
        participant = ParticipantFactory(region=cohort.region, with_login=True)
        RoleAssignment.objects.create(user=participant.user, role=Role.PARTICIPANT, region=cohort.region)
        assert log_in(client, participant.user).get(self.address).context["programmes"] == []

    def test_nobody_elses(self, client: Client, cohort: Cohort) -> None:
        mine, other = qualified(cohort), qualified(cohort)
        page = log_in(client, participant_of(mine)).get(self.address)
        assert [programme.row.enrolment for programme in page.context["programmes"]] == [mine]
        assert other.participant.last_name not in page.content.decode()


class TestDownload:
    def address(self, certificate: Certificate) -> str:
        return reverse("certificates:download", args=[certificate.pk])

    def test_as_an_attachment_that_no_browser_guesses_about(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        answer = log_in(client, participant_of(certificate.enrolment)).get(self.address(certificate))
        assert b"".join(answer).startswith(b"%PDF-")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert certificate.number in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]

    def test_a_lost_file_is_made_again(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        Path(certificate.file.path).unlink()
        answer = log_in(client, participant_of(certificate.enrolment)).get(self.address(certificate))
        assert b"".join(answer).startswith(b"%PDF-")
        assert Path(certificate.file.path).exists()

    def test_for_herself_her_manager_and_her_coordinator_and_no_one_else(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        enrolment, other = certificate.enrolment, qualified(cohort)
        answers = {
            participant_of(enrolment): 200,
            manager(enrolment.municipality): 200,
            coordinator(cohort.region): 200,
            participant_of(other): 404,
            manager(other.municipality): 404,
            coordinator(CohortFactory().region): 404,
            lecturer(cohort.region): 404,
        }
        found = {user: log_in(client, user).get(self.address(certificate)).status_code for user in answers}
        assert found == answers
        client.logout()
        assert client.get(self.address(certificate)).status_code == 302

    def test_not_while_it_is_made_nor_after_it_is_revoked(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort), rendered=False)
        by = coordinator(cohort.region)
        log_in(client, by)
        assert client.get(self.address(certificate)).status_code == 404
        actions.render(certificate_id=certificate.pk, now=NOW)
        assert client.get(self.address(certificate)).status_code == 200
        actions.revoke(certificate=certificate, by=by, reason="Fel", now=NOW)
        assert client.get(self.address(certificate)).status_code == 404


@pytest.mark.parametrize("page", ["cohort", "issue", "progress", "people", "person", "my_programme"])
def test_pages_ask_at_most_twelve_queries_and_no_more_for_more_people(
    client: Client, cohort: Cohort, page: str
) -> None:
    def add(people: int) -> Enrolment:
        for _person in range(people):
            enrolment = qualified(cohort)
            issued(enrolment, rendered=False)
            unqualified(cohort)
        return enrolment

    first = add(1)
    user = participant_of(first) if page == "my_programme" else coordinator(cohort.region)
    rows = {"person": first.participant.pk}.get(page, cohort.pk)
    address = reverse(f"certificates:{page}", args=[] if page in ("people", "my_programme") else [rows])
    log_in(client, user)
    few = queries(client, address)
    add(5)
    assert queries(client, address) == few <= 12
