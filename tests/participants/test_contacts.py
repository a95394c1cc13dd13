"""The contact of each municipality: chosen, asked once per intake, reminded once, listed when she does not answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import RoleAssignment, User
from audit.models import AuditEvent
from messaging import kinds
from messaging.actions.queue import materialise
from messaging.models import Message
from participants import actions
from participants.contacts import rows_of
from participants.exceptions import EnrolmentRefused
from participants.models import Contact
from participants.rules.contacts import (
    Announcement,
    Intake,
    Letter,
    Named,
    Standing,
    asked_since,
    intake_at,
    letter_due,
    refusal_to_choose,
    standing,
)
from regions.models import Municipality, Region
from tests import factories
from tests.factories import NOW, TODAY, CohortFactory, ContactFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
A_YEAR_AGO = NOW - timedelta(days=365)
SPRING = Intake("2026-1", NOW)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def opening(opens: date, published: datetime = A_YEAR_AGO) -> Announcement:
    return Announcement(opens, published)


class TestIntakes:
    def test_one_begins_two_weeks_before_its_first_applications(self) -> None:
        openings = [opening(date(2026, 3, 24)), opening(date(2026, 5, 1))]
        assert intake_at(openings, now=datetime.fromisoformat("2026-03-10T06:59:00+00:00")) is None
        begun = intake_at(openings, now=NOW)
        assert begun == Intake("2026-1", datetime.fromisoformat("2026-03-10T07:00:00+00:00"))
        assert intake_at(openings, now=NOW + 10 * WEEK) == begun, "a second cohort of the half-year is none of its own"

    def test_with_the_publication_if_that_is_later(self) -> None:
        assert intake_at([opening(TODAY, published=NOW)], now=NOW) == SPRING

    def test_the_next_half_year_is_another(self) -> None:
        openings = [opening(date(2026, 3, 1)), opening(date(2026, 9, 1))]
        found = intake_at(openings, now=datetime.fromisoformat("2026-09-02T08:00:00+00:00"))
        assert found is not None
        assert found.term == "2026-2"

    def test_none_without_cohorts(self) -> None:
        assert intake_at([], now=NOW) is None


@pytest.mark.parametrize(
    ("contact", "intake", "since"),
    [
        (Named(A_YEAR_AGO), SPRING, NOW),
        (Named(A_YEAR_AGO), None, None),
        (Named(NOW + DAY), SPRING, NOW + DAY),
        (Named(A_YEAR_AGO, confirmed=NOW), SPRING, None),
        (Named(A_YEAR_AGO, confirmed=NOW - 8 * WEEK), SPRING, None),
        (Named(A_YEAR_AGO, confirmed=NOW - 9 * WEEK), SPRING, NOW),
        (Named(A_YEAR_AGO, left=NOW), SPRING, None),
    ],
)
def test_since_when_an_answer_is_waited_for(contact: Named, intake: Intake | None, since: datetime | None) -> None:
    assert asked_since(contact, intake) == since


@pytest.mark.parametrize(
    ("later", "letter"),
    [
        (-DAY, None),
        (0 * DAY, Letter.QUESTION),
        (6 * DAY, Letter.QUESTION),
        (WEEK, Letter.REMINDER),
        (3 * WEEK - DAY, Letter.REMINDER),
        (3 * WEEK, None),
    ],
)
def test_what_goes_out_when(later: timedelta, letter: Letter | None) -> None:
    assert letter_due(NOW, now=NOW + later) == letter


@pytest.mark.parametrize(
    ("contact", "has_managers", "later", "expected"),
    [
        (None, False, 0, Standing.NO_MANAGER),
        (None, True, 0, Standing.NO_CONTACT),
        (Named(A_YEAR_AGO, left=NOW), True, 0, Standing.LEFT),
        (Named(A_YEAR_AGO), True, 20, Standing.ASKED),
        (Named(A_YEAR_AGO), True, 21, Standing.STALE),
        (Named(A_YEAR_AGO, confirmed=NOW), True, 21, Standing.CONFIRMED),
    ],
)
def test_how_things_stand(contact: Named | None, has_managers: bool, later: int, expected: Standing) -> None:
    now = NOW + later * DAY
    assert standing(contact, has_managers=has_managers, intake=SPRING, now=now) == expected
    if expected == Standing.STALE:
        assert standing(contact, has_managers=True, intake=None, now=now) == Standing.UNASKED


@pytest.mark.parametrize(("may", "is_manager"), [(True, True), (True, False), (False, True)])
def test_who_chooses_whom(may: bool, is_manager: bool) -> None:
    assert (refusal_to_choose(may=may, is_manager=is_manager) is None) is (may and is_manager)


def choose(municipality: Municipality, user: User, by: User, now: datetime = NOW) -> Contact:
    return actions.choose_contact(municipality=municipality, user=user, by=by, now=now)


class TestChoosing:
    def test_who_chooses_herself_has_confirmed(self, lund: Municipality, manager: User) -> None:
        contact = choose(lund, manager, by=manager)
        assert (contact.user, contact.confirmed, contact.confirmed_by) == (manager, NOW, manager)
        assert AuditEvent.objects.about(lund).get().action == "contact.chosen"

    def test_who_is_chosen_by_another_confirms_herself(
        self, lund: Municipality, manager: User, coordinator: User
    ) -> None:
        assert choose(lund, manager, by=coordinator).confirmed is None
        assert choose(lund, manager, by=manager, now=NOW + DAY).confirmed == NOW + DAY
        assert Contact.objects.get().chosen == NOW

    def test_there_is_one_and_it_is_a_manager_of_the_municipality(
        self, lund: Municipality, manager: User, neighbour: User, coordinator: User
    ) -> None:
        colleague = factories.manager(lund)
        choose(lund, manager, by=manager)
        choose(lund, colleague, by=manager)
        assert Contact.objects.get().user == colleague
        for user, by in ((neighbour, coordinator), (manager, neighbour), (coordinator, coordinator)):
            with pytest.raises(EnrolmentRefused):
                choose(lund, user, by=by)

    def test_leaving_is_for_the_contact_alone(self, lund: Municipality, manager: User) -> None:
        contact = choose(lund, manager, by=manager)
        with pytest.raises(EnrolmentRefused):
            actions.leave_contact(contact=contact, by=factories.manager(lund), now=NOW)
        actions.leave_contact(contact=contact, by=manager, now=NOW)
        assert rows_of(Municipality.objects.filter(pk=lund.pk), now=NOW)[0].standing == Standing.LEFT

    def test_whoever_takes_over_her_people_becomes_the_contact(
        self, lund: Municipality, manager: User, coordinator: User
    ) -> None:
        choose(lund, manager, by=manager)
        colleague = factories.manager(lund)
        role = RoleAssignment.objects.get(user=manager)
        actions.end_role(assignment=role, to=colleague, by=coordinator, now=NOW)
        contact = Contact.objects.get()
        assert (contact.user, contact.confirmed) == (colleague, None)

    def test_a_contact_who_is_no_manager_any_more_is_none(self, lund: Municipality, manager: User) -> None:
        choose(lund, manager, by=manager)
        factories.manager(lund)
        RoleAssignment.objects.filter(user=manager).delete()
        assert rows_of(Municipality.objects.filter(pk=lund.pk), now=NOW)[0].standing == Standing.NO_CONTACT

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_two_managers_who_choose_at_once_leave_one_contact(self, lund: Municipality) -> None:
        bosses = [factories.manager(lund) for _ in range(4)]

        def attempt(by: User) -> None:
            try:
                choose(lund, by, by=by)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(attempt, bosses))
        assert Contact.objects.get().user in bosses


class TestLetters:
    @pytest.fixture(autouse=True)
    def _intake(self, region: Region) -> None:
        """Begins at NOW."""
        CohortFactory(programme__region=region, applications_open=TODAY, published=NOW)
        CohortFactory(programme__region=region, applications_open=TODAY + 3 * DAY, published=NOW)

    def letters(self, now: datetime) -> list[str]:
        """What the post office has made by `now`, in passes as its worker makes them."""
        materialise(now=now)
        materialise(now=now)
        return [message.refs["letter"] for message in Message.objects.filter(kind="contact.asked").order_by("due")]

    def test_one_question_per_intake_and_one_reminder(self, lund: Municipality) -> None:
        ContactFactory(municipality=lund)
        assert self.letters(NOW - DAY) == []
        assert self.letters(NOW) == ["question"]
        assert self.letters(NOW + 6 * DAY) == ["question"]
        assert self.letters(NOW + 8 * DAY) == ["question", "reminder"]
        assert self.letters(NOW + 30 * DAY) == ["question", "reminder"]
        assert rows_of(Municipality.objects.filter(pk=lund.pk), now=NOW + 30 * DAY)[0].standing == Standing.STALE

    def test_a_worker_that_comes_late_sends_one_not_two(self, lund: Municipality) -> None:
        ContactFactory(municipality=lund)
        assert self.letters(NOW + 9 * DAY) == ["reminder"]

    def test_an_answer_ends_it(self, lund: Municipality) -> None:
        contact = ContactFactory(municipality=lund)
        self.letters(NOW)
        message = Message.objects.get()
        kind = kinds.get(message.kind)
        assert kind.still_holds(message, NOW)
        choose(lund, contact.user, by=contact.user, now=NOW + DAY)
        assert not kind.still_holds(message, NOW + DAY)
        assert self.letters(NOW + 8 * DAY) == ["question"]

    def test_another_who_is_chosen_meanwhile_is_asked(self, lund: Municipality, coordinator: User) -> None:
        ContactFactory(municipality=lund)
        self.letters(NOW)
        choose(lund, factories.manager(lund), by=coordinator, now=NOW + 10 * DAY)
        assert self.letters(NOW + 10 * DAY) == ["question", "question"]

    def test_the_mail_leads_to_a_page_behind_the_log_in(self, lund: Municipality) -> None:
        contact = ContactFactory(municipality=lund)
        self.letters(NOW)
        content = kinds.get("contact.asked").render(Message.objects.get())
        path = reverse("participants:contact", args=[lund.pk])
        assert path in content.text
        assert path in content.html
        assert Client().get(path).status_code == 302
        assert contact.user.last_name not in content.text

    def test_a_coordinator_asks_again_once_a_day(self, lund: Municipality, coordinator: User, neighbour: User) -> None:
        contact = ContactFactory(municipality=lund)
        for _time in range(2):
            actions.ask_contact(contact=contact, by=coordinator, now=NOW + 22 * DAY)
        assert Message.objects.filter(kind="contact.asked").count() == 1
        with pytest.raises(EnrolmentRefused):
            actions.ask_contact(contact=contact, by=neighbour, now=NOW)

    def test_the_number_of_queries_does_not_grow(self, region: Region) -> None:
        def queries() -> int:
            ContactFactory(municipality=MunicipalityFactory(region=region))
            with CaptureQueriesContext(connection) as captured:
                list(kinds.get("contact.asked").materialise(NOW))
            return len(captured)

        assert queries() == queries()


class TestPages:
    def test_the_contact_confirms(self, lund: Municipality, manager: User) -> None:
        ContactFactory(municipality=lund, user=manager)
        client, url = Client(), reverse("participants:contact", args=[lund.pk])
        client.force_login(manager)
        assert "Yes, it is still me" in client.get(url).content.decode()
        assert Contact.objects.get().confirmed is None, "looking changes nothing"
        client.post(url, {"who": manager.pk})
        assert Contact.objects.get().confirmed == NOW

    def test_or_chooses_a_colleague_or_says_that_she_has_left(self, lund: Municipality, manager: User) -> None:
        ContactFactory(municipality=lund, user=manager)
        colleague = factories.manager(lund)
        client, url = Client(), reverse("participants:contact", args=[lund.pk])
        client.force_login(manager)
        response = client.post(url, {"who": "left"})
        assert response["Location"] == reverse(
            "participants:end_role", args=[RoleAssignment.objects.get(user=manager).pk]
        )
        client.post(url, {"who": colleague.pk})
        assert Contact.objects.get().user == colleague

    def test_a_colleague_can_not_say_that_the_contact_has_left(self, lund: Municipality, manager: User) -> None:
        ContactFactory(municipality=lund)
        client, url = Client(), reverse("participants:contact", args=[lund.pk])
        client.force_login(manager)
        assert client.post(url, {"who": "left"}).status_code == 422

    def test_the_coordinator_finds_those_that_need_something(
        self, region: Region, lund: Municipality, malmo: Municipality, manager: User, coordinator: User
    ) -> None:
        ContactFactory(municipality=malmo, confirmed=NOW)
        client, url = Client(), reverse("participants:contacts")
        client.force_login(coordinator)

        def municipalities(**query: str) -> list[str]:
            return [row[0].municipality.name for row in client.get(url, query).context["rows"]]

        assert municipalities() == ["Lund", "Malmö"]
        assert municipalities(show="needs-action") == municipalities(show="no_contact") == ["Lund"]
        assert municipalities(q="malmo") == ["Malmö"]
        assert municipalities(q=manager.last_name) == ["Lund"]
        assert client.get(reverse("participants:contacts_file")).status_code == 200

    def test_the_number_of_queries_does_not_grow(self, region: Region, coordinator: User) -> None:
        client, url = Client(), reverse("participants:contacts")
        client.force_login(coordinator)

        def queries() -> int:
            ContactFactory(municipality=MunicipalityFactory(region=region))
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            return len(captured)

        queries()
        assert queries() == queries()
