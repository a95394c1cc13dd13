"""What managers read in their mail."""

import pytest

from accounts.models import User
from cohorts.models import Cohort
from messaging import kinds
from messaging.models import Message
from participants.actions import enrol, withdraw
from regions.models import Municipality
from tests import factories
from tests.factories import NOW, EnrolmentFactory, coordinator
from tests.participants.people import person

pytestmark = pytest.mark.django_db


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
