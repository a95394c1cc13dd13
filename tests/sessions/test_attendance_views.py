"""The register in the browser, with and without JavaScript, and a lecturer's own sessions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from participants.models import Participant
from sessions.choices import Mark
from sessions.models import Attendance, CohortSession, Lecturer
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
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
def session() -> CohortSession:
    session = CohortSessionFactory(day=TODAY)
    EnrolmentFactory.create_batch(2, cohort=session.cohort)
    return session


@pytest.fixture
def lena(session: CohortSession) -> User:
    """She teaches the session."""
    user = lecturer(session.cohort.region)
    session.lecturers.add(Lecturer.objects.get(email=user.email))
    return user


def people(session: CohortSession) -> list[Participant]:
    return [enrolment.participant for enrolment in session.cohort.enrolments.order_by("applied")]


def marks(session: CohortSession) -> dict[Participant, str]:
    return {one.participant: one.mark for one in Attendance.objects.filter(session=session)}


def url(session: CohortSession, name: str = "register") -> str:
    return reverse(f"sessions:{name}", args=[session.pk])


class TestWithoutJavaScript:
    def test_save_writes_the_whole_form(self, client: Client, session: CohortSession, lena: User) -> None:
        client.force_login(lena)
        first, second = people(session)
        data = {f"mark-{first.pk}": "present", f"mark-{second.pk}": "partial", f"minutes-{second.pk}": "90"}
        response = client.post(url(session), data, follow=True)
        assert response.redirect_chain == [(url(session), 302)]
        assert marks(session) == {first: Mark.PRESENT, second: Mark.PARTIAL}
        assert Attendance.objects.get(participant=second).minutes == 90

    def test_everyone_is_here_keeps_what_is_chosen(self, client: Client, session: CohortSession, lena: User) -> None:
        client.force_login(lena)
        first, second = people(session)
        client.post(url(session), {f"mark-{first.pk}": "absent", "everyone": "1"})
        assert marks(session) == {first: Mark.ABSENT, second: Mark.PRESENT}

    def test_what_someone_else_has_changed_meanwhile_stays(
        self, client: Client, session: CohortSession, lena: User
    ) -> None:
        """The page showed the first as present; a colleague has corrected that since."""
        client.force_login(lena)
        first, second = people(session)
        AttendanceFactory(session=session, participant=first, mark=Mark.ABSENT)
        page = {f"mark-{first.pk}": "present", f"shown-{first.pk}": "present", f"mark-{second.pk}": "present"}
        client.post(url(session), page)
        assert marks(session) == {first: Mark.ABSENT, second: Mark.PRESENT}

    def test_wrong_minutes_are_shown_at_their_field_and_nothing_is_saved(
        self, client: Client, session: CohortSession, lena: User
    ) -> None:
        client.force_login(lena)
        first, second = people(session)
        page = {f"mark-{first.pk}": "partial", f"minutes-{first.pk}": "länge", f"mark-{second.pk}": "present"}
        response = client.post(url(session), page)
        assert response.status_code == 422
        assert f'href="#id_minutes-{first.pk}"' in response.content.decode()
        assert marks(session) == {}


class TestCellByCell:
    def save(self, client: Client, session: CohortSession, someone: Participant, **chosen: str) -> tuple[int, str]:
        data = {"participant": str(someone.pk)} | {f"{name}-{someone.pk}": value for name, value in chosen.items()}
        response = client.post(url(session, "mark"), data, headers={"HX-Request": "true"})
        return response.status_code, response.content.decode()

    def test_a_mark_is_saved_and_the_counts_come_back(self, client: Client, session: CohortSession, lena: User) -> None:
        client.force_login(lena)
        first, _second = people(session)
        status, answer = self.save(client, session, first, mark="excused")
        assert status == 200
        assert marks(session) == {first: Mark.EXCUSED}
        # The page learns what it now shows as saved.
        assert f'value="excused" hx-swap-oob="true" id="id_shown-{first.pk}"' in answer

    def test_changing_ones_mind_twice_ends_where_it_began(
        self, client: Client, session: CohortSession, lena: User
    ) -> None:
        client.force_login(lena)
        first, _second = people(session)
        for mark in ("absent", "present", "absent"):
            self.save(client, session, first, mark=mark, shown="absent")
        assert marks(session) == {first: Mark.ABSENT}

    def test_only_the_named_person_is_marked(self, client: Client, session: CohortSession, lena: User) -> None:
        """Without a form of its own, a row sends the whole register's."""
        client.force_login(lena)
        first, second = people(session)
        data = {"participant": str(first.pk), f"mark-{first.pk}": "present", f"mark-{second.pk}": "present"}
        client.post(url(session, "mark"), data)
        assert marks(session) == {first: Mark.PRESENT}

    def test_a_refusal_says_why(self, client: Client, session: CohortSession, lena: User) -> None:
        client.force_login(lena)
        first, _second = people(session)
        status, answer = self.save(client, session, first, mark="partial", minutes="420")
        assert status == 422
        assert "419" in answer
        assert marks(session) == {}


class TestFuture:
    def test_its_register_is_a_list_without_choices(self, client: Client) -> None:
        session = CohortSessionFactory(day=TODAY + timedelta(days=1))
        enrolment = EnrolmentFactory(cohort=session.cohort)
        client.force_login(coordinator(session.cohort.region))
        page = client.get(url(session)).content.decode()
        assert enrolment.participant.last_name in page
        assert 'type="radio"' not in page

    def test_marks_are_refused(self, client: Client) -> None:
        session = CohortSessionFactory(day=TODAY + timedelta(days=1))
        EnrolmentFactory(cohort=session.cohort)
        client.force_login(coordinator(session.cohort.region))
        assert client.post(url(session), {"everyone": "1"}).status_code == 422
        assert marks(session) == {}


@pytest.mark.parametrize("name", ["register", "sign_in_sheet"])
class TestWhoMaySee:
    def test_its_lecturer_and_its_coordinator(
        self, client: Client, session: CohortSession, lena: User, name: str
    ) -> None:
        for user in (lena, coordinator(session.cohort.region)):
            client.force_login(user)
            assert people(session)[0].last_name in client.get(url(session, name)).content.decode()

    def test_other_lecturers_and_regions_find_nothing(self, client: Client, session: CohortSession, name: str) -> None:
        for user in (lecturer(session.cohort.region), coordinator(CohortFactory().region)):
            client.force_login(user)
            assert client.get(url(session, name)).status_code == 404

    def test_managers_may_not(self, client: Client, session: CohortSession, name: str) -> None:
        client.force_login(manager(session.cohort.enrolments.first().municipality))
        assert client.get(url(session, name)).status_code == 403


def test_a_lecturers_page_says_what_is_next_and_which_registers_are_open(
    client: Client, session: CohortSession, lena: User
) -> None:
    own = Lecturer.objects.get(email=lena.email)
    coming = CohortSessionFactory(cohort=session.cohort, day=TODAY + timedelta(weeks=4))
    past = CohortSessionFactory(cohort=session.cohort, day=TODAY - timedelta(weeks=4))
    for one in (coming, past):
        one.lecturers.add(own)
    someone_elses = CohortSessionFactory(cohort=session.cohort, day=TODAY + timedelta(weeks=8))
    for participant in people(session):
        AttendanceFactory(session=past, participant=participant)
    client.force_login(lena)
    response = client.get(reverse("sessions:teaching"))
    assert list(response.context["coming"]) == [session, coming]
    assert [(one, one.marked, one.expected) for one in response.context["page"]] == [(past, 2, 2)]
    assert str(someone_elses.pk) not in response.content.decode()


def test_it_calls_no_session_a_digital_one_whose_venue_is_only_undecided(
    client: Client, session: CohortSession, lena: User
) -> None:
    CohortSession.objects.filter(pk=session.pk).update(venue=None)
    lena.language = "en"
    lena.save()
    client.force_login(lena)
    assert "Venue not decided" in client.get(reverse("sessions:teaching")).content.decode()
    CohortSession.objects.filter(pk=session.pk).update(online_url="https://example.org/rum")
    page = client.get(reverse("sessions:teaching")).content.decode()
    assert "Online session" in page
    assert "Venue not decided" not in page


def test_pages_ask_no_more_queries_for_more_people(client: Client, session: CohortSession, lena: User) -> None:
    client.force_login(lena)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    addresses = [url(session), url(session, "sign_in_sheet"), reverse("sessions:teaching")]
    few = [queries(address) for address in addresses]
    for enrolment in EnrolmentFactory.create_batch(10, cohort=session.cohort):
        AttendanceFactory(session=session, participant=enrolment.participant)
    for week in range(1, 6):
        CohortSessionFactory(cohort=session.cohort, day=TODAY + timedelta(weeks=week)).lecturers.add(
            Lecturer.objects.get(email=lena.email)
        )
    assert [queries(address) for address in addresses] == few
    assert max(few) <= 12


def test_the_day_begins_at_local_midnight(client: Client, session: CohortSession, lena: User) -> None:
    """23:30 UTC the evening before is half past midnight in Stockholm."""
    client.force_login(lena)
    for hour, is_open in ((22, False), (23, True)):
        with time_machine.travel(datetime(2026, 3, 9, hour, 30, tzinfo=UTC), tick=False):
            assert ('type="radio"' in client.get(url(session)).content.decode()) is is_open
