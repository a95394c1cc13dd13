"""What managers read in their mail."""

from datetime import timedelta

import pytest

from accounts.models import User
from cohorts.models import Cohort
from messaging import kinds
from messaging.models import Message
from participants.actions import defer, enrol, place_deferred, substitute, transfer, undo_leaving, withdraw
from participants.actions.transfer import Workplace
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from regions.models import Municipality
from tests import factories
from tests.factories import NOW, TODAY, CohortFactory, EnrolmentFactory, coordinator
from tests.participants.people import person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(("full", "kind"), [(False, "enrolment.confirmed"), (True, "enrolment.waiting")])
def test_a_mail_names_the_reference_and_no_more_of_the_person_than_her_first_name(
    cohort: Cohort, lund: Municipality, manager: User, full: bool, kind: str
) -> None:
    if full:
        EnrolmentFactory.create_batch(cohort.capacity, cohort=cohort)
    enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
    message = Message.objects.get(kind=kind)

    content = kinds.get(kind).render(message)

    assert "Åsa" in content.subject
    for part in (content.text, content.html):
        assert enrolment.reference in part
        assert f"/anmalan/visa/{enrolment.pk}/" in part
        assert "Öberg" not in part + content.subject
        assert "asa@example.org" not in part


def test_a_confirmation_that_is_no_longer_true_is_not_sent(cohort: Cohort, lund: Municipality, manager: User) -> None:
    enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
    message = Message.objects.get(kind="enrolment.confirmed")
    assert kinds.get(message.kind).still_holds(message, NOW)

    withdraw(enrolment=enrolment, by=manager, now=NOW)

    assert not kinds.get(message.kind).still_holds(message, NOW)


def test_withdrawing_tells_the_manager(cohort: Cohort, lund: Municipality, manager: User) -> None:
    enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

    withdraw(enrolment=enrolment, by=coordinator(cohort.region), now=NOW)

    message = Message.objects.get(kind="enrolment.withdrawn")
    content = kinds.get(message.kind).render(message)
    assert message.recipient == manager.email
    assert kinds.get(message.kind).still_holds(message, NOW)
    assert cohort.name in content.text
    assert cohort.name in content.html
    assert "Öberg" not in content.subject + content.text + content.html


def test_who_has_ceased_to_be_a_manager_there_hears_no_more_of_her_people(
    cohort: Cohort, lund: Municipality, manager: User
) -> None:
    colleague = factories.manager(lund, email="kollega@example.org")
    enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
    manager.role_assignments.all().delete()

    withdraw(enrolment=enrolment, by=coordinator(cohort.region), now=NOW)

    assert Message.objects.get(kind="enrolment.withdrawn").recipient == colleague.email


class TestChanges:
    """What is told of a change is sent as long as it is so."""

    @pytest.fixture
    def enrolment(self, cohort: Cohort, lund: Municipality, manager: User) -> Enrolment:
        return enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

    @pytest.fixture
    def later(self, cohort: Cohort) -> Cohort:
        return CohortFactory(programme=cohort.programme, capacity=1, sessions=TODAY + timedelta(weeks=30))

    @staticmethod
    def holds(message: Message) -> bool:
        return kinds.get(message.kind).still_holds(message, LATER)

    def test_a_deferral_that_was_undone_is_not_told(self, enrolment: Enrolment, manager: User) -> None:
        defer(enrolment=enrolment, by=manager, now=LATER)
        message = Message.objects.get(kind="enrolment.deferred")
        assert self.holds(message)

        undo_leaving(enrolment=enrolment, by=manager, now=LATER + timedelta(minutes=1))

        assert not self.holds(message)

    def test_nor_that_no_cohort_is_chosen_once_one_is(self, enrolment: Enrolment, later: Cohort, manager: User) -> None:
        defer(enrolment=enrolment, by=manager, now=LATER)
        place_deferred(enrolment=enrolment, to=later, by=manager, now=LATER + timedelta(minutes=1))

        first, second = Message.objects.filter(kind="enrolment.deferred").order_by("due")

        assert [self.holds(first), self.holds(second)] == [False, True]

    def test_nor_a_later_place_that_was_withdrawn(self, enrolment: Enrolment, later: Cohort, manager: User) -> None:
        placed = defer(enrolment=enrolment, to=later, by=manager, now=LATER)
        message = Message.objects.get(kind="enrolment.deferred")
        assert self.holds(message)

        withdraw(enrolment=placed, by=manager, now=LATER)

        assert not self.holds(message)

    def test_a_later_seat_that_has_been_offered_meanwhile_is_told_as_an_offer(
        self, enrolment: Enrolment, later: Cohort, lund: Municipality, manager: User
    ) -> None:
        leaving = EnrolmentFactory(cohort=later, municipality=lund)
        placed = defer(enrolment=enrolment, to=later, by=manager, now=LATER)
        assert placed.status == EnrolmentStatus.WAITING
        withdraw(enrolment=leaving, by=manager, now=LATER)

        message = Message.objects.get(kind="enrolment.deferred")

        assert self.holds(message)
        content = kinds.get(message.kind).render(message)
        for text in (content.text, content.html):
            assert "waits for an answer" in text
            assert "No later cohort" not in text

    def test_a_seat_taken_over_is_not_told_once_it_is_left(
        self, enrolment: Enrolment, lund: Municipality, manager: User
    ) -> None:
        new = substitute(enrolment=enrolment, person=person(lund, email="bo@example.org"), by=manager, now=LATER)
        message = Message.objects.get(kind="enrolment.substituted")
        assert self.holds(message)

        withdraw(enrolment=new, by=manager, now=LATER)

        assert not self.holds(message)

    def test_nor_that_someone_takes_part_who_was_withdrawn_by_her_new_employer(
        self, enrolment: Enrolment, malmo: Municipality, neighbour: User
    ) -> None:
        planner = coordinator(enrolment.cohort.region)
        to = Workplace(malmo, "Unga", "Soc", TODAY)
        transfer(participant=enrolment.participant, to=to, by=planner, now=LATER)
        came, left = Message.objects.get(kind="enrolment.came"), Message.objects.get(kind="enrolment.left")
        assert [self.holds(came), self.holds(left)] == [True, True]

        withdraw(enrolment=enrolment, by=neighbour, now=LATER)

        assert [self.holds(came), self.holds(left)] == [False, True]
