"""To whom the people of a manager go: when she leaves, for a while, or one by one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.exceptions import InvitationRefused
from accounts.models import RoleAssignment, User
from audit.models import AuditEvent
from cohorts.models import Cohort
from messaging import kinds
from messaging.models import Message
from participants import actions
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment
from participants.rules.handover import refusal_to_hand_over
from regions.models import Municipality
from tests import factories
from tests.factories import NOW, EnrolmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(lund: Municipality) -> User:
    """Another manager in Lund."""
    return factories.manager(lund, language="en", first_name="Kim", last_name="Kollega")


@pytest.fixture
def asa(cohort: Cohort, lund: Municipality, manager: User) -> Enrolment:
    """For whom the manager in Lund answers."""
    return EnrolmentFactory(cohort=cohort, municipality=lund, manager=manager, participant__last_name="Öberg")


def role_of(user: User) -> RoleAssignment:
    return RoleAssignment.objects.select_related("municipality__region", "user").get(user=user)


def hand_over(*people: Enrolment, to: User | None, by: User) -> int:
    pks = [enrolment.pk for enrolment in people]
    return actions.hand_over(people=pks, municipality=people[0].municipality, to=to, by=by, now=NOW)


def manager_of(enrolment: Enrolment) -> User | None:
    return Enrolment.objects.get(pk=enrolment.pk).manager


@pytest.mark.parametrize(
    ("may", "to_a_manager", "reason"),
    [(True, True, None), (True, False, "their own municipality"), (False, True, "Only the employer")],
)
def test_to_whom_people_can_go(may: bool, to_a_manager: bool, reason: str | None) -> None:
    refusal = refusal_to_hand_over(may=may, to_a_manager=to_a_manager)
    assert (refusal is None) if reason is None else (reason in str(refusal))


class TestHandingOver:
    def test_it_is_dated_logged_and_told_once_with_the_number(
        self, asa: Enrolment, cohort: Cohort, lund: Municipality, manager: User, colleague: User
    ) -> None:
        bo = EnrolmentFactory(cohort=cohort, municipality=lund, manager=manager, waiting=True)
        assert hand_over(asa, bo, to=colleague, by=manager) == 2
        assert manager_of(asa) == manager_of(bo) == colleague
        event = asa.events.get()
        assert (event.kind, event.status, event.by, event.reason) == (EventKind.HANDED_OVER, "", manager, "Kim Kollega")
        logged = AuditEvent.objects.about(asa).get()
        assert (logged.action, logged.before, logged.after) == (
            "enrolment.handed_over",
            {"manager": str(manager.pk)},
            {"manager": str(colleague.pk)},
        )
        message = Message.objects.get()
        assert message.recipient == colleague.email
        content = kinds.get(message.kind).render(message)
        assert "2 participants" in content.subject
        assert "Öberg" not in content.text

    def test_handing_over_back_undoes_it(self, asa: Enrolment, manager: User, colleague: User) -> None:
        hand_over(asa, to=colleague, by=manager)
        hand_over(asa, to=manager, by=manager)
        assert manager_of(asa) == manager
        assert [message.recipient for message in Message.objects.all()] == [colleague.email], "she knows what she does"

    def test_twice_is_once(self, asa: Enrolment, manager: User, colleague: User) -> None:
        assert [hand_over(asa, to=colleague, by=manager) for _time in range(2)] == [1, 0]
        assert asa.events.count() == 1

    def test_those_who_have_left_stay(self, asa: Enrolment, manager: User, colleague: User) -> None:
        Enrolment.objects.update(status=EnrolmentStatus.WITHDRAWN)
        assert hand_over(asa, to=colleague, by=manager) == 0

    def test_not_to_another_municipality_nor_by_one(
        self, asa: Enrolment, manager: User, neighbour: User, colleague: User, coordinator: User
    ) -> None:
        with pytest.raises(EnrolmentRefused):
            hand_over(asa, to=neighbour, by=manager)
        with pytest.raises(EnrolmentRefused):
            hand_over(asa, to=colleague, by=neighbour)
        assert hand_over(asa, to=colleague, by=coordinator) == 1

    def test_people_of_another_municipality_are_left_out(
        self, cohort: Cohort, asa: Enrolment, malmo: Municipality, neighbour: User, manager: User, colleague: User
    ) -> None:
        theirs = EnrolmentFactory(cohort=cohort, municipality=malmo, manager=neighbour)
        assert hand_over(asa, theirs, to=colleague, by=manager) == 1
        assert manager_of(theirs) == neighbour

    def test_the_mail_is_not_sent_to_who_has_left_meanwhile(
        self, asa: Enrolment, manager: User, colleague: User
    ) -> None:
        hand_over(asa, to=colleague, by=manager)
        message = Message.objects.get()
        assert kinds.get(message.kind).still_holds(message, NOW)
        role_of(colleague).delete()
        assert not kinds.get(message.kind).still_holds(message, NOW)


class TestLeaving:
    def test_her_people_go_to_the_colleague_who_was_chosen(
        self, asa: Enrolment, manager: User, colleague: User, coordinator: User
    ) -> None:
        assert actions.end_role(assignment=role_of(manager), to=colleague, by=coordinator, now=NOW) == 1
        assert manager_of(asa) == colleague
        assert not RoleAssignment.objects.filter(user=manager).exists()

    def test_or_to_nobody_in_particular(self, asa: Enrolment, manager: User, coordinator: User) -> None:
        actions.end_role(assignment=role_of(manager), to=None, by=coordinator, now=NOW)
        assert manager_of(asa) is None

    def test_nothing_happens_if_the_colleague_leaves_first(
        self, asa: Enrolment, manager: User, colleague: User, coordinator: User
    ) -> None:
        role_of(colleague).delete()
        with pytest.raises(EnrolmentRefused):
            actions.end_role(assignment=role_of(manager), to=colleague, by=coordinator, now=NOW)
        assert manager_of(asa) == manager
        assert RoleAssignment.objects.filter(user=manager).exists()

    def test_people_elsewhere_stay_hers(
        self, cohort: Cohort, malmo: Municipality, asa: Enrolment, manager: User, coordinator: User
    ) -> None:
        factories.RoleAssignmentFactory(user=manager, role="manager", municipality=malmo)
        theirs = EnrolmentFactory(cohort=cohort, municipality=malmo, manager=manager)
        role = RoleAssignment.objects.get(user=manager, municipality=asa.municipality)
        actions.end_role(assignment=role, to=None, by=coordinator, now=NOW)
        assert manager_of(theirs) == manager

    def test_whoever_may_not_end_a_role_moves_nobody(self, asa: Enrolment, manager: User, neighbour: User) -> None:
        with pytest.raises(InvitationRefused):
            actions.end_role(assignment=role_of(manager), to=None, by=neighbour, now=NOW)
        assert manager_of(asa) == manager


class TestPages:
    def test_ending_a_role_shows_her_people_and_asks_for_a_receiver(
        self, asa: Enrolment, manager: User, colleague: User, coordinator: User
    ) -> None:
        client, url = Client(), reverse("participants:end_role", args=[role_of(manager).pk])
        client.force_login(coordinator)
        assert "Öberg" in client.get(url).content.decode()
        assert client.post(url).status_code == 422
        client.post(url, {"to": colleague.pk})
        assert manager_of(asa) == colleague

    def test_the_last_managers_role_is_ended_with_a_warning(
        self, asa: Enrolment, manager: User, coordinator: User
    ) -> None:
        client, url = Client(), reverse("participants:end_role", args=[role_of(manager).pk])
        client.force_login(coordinator)
        assert "the last manager of Lund" in client.get(url).content.decode()
        client.post(url)
        assert manager_of(asa) is None

    def test_the_last_manager_is_asked_to_invite_somebody_first(self, manager: User) -> None:
        client, url = Client(), reverse("participants:end_role", args=[role_of(manager).pk])
        client.force_login(manager)
        assert "Invite a colleague first" in client.get(url).content.decode()
        client.post(url)
        assert RoleAssignment.objects.filter(user=manager).exists()

    def test_a_manager_hands_over_some_of_her_people(
        self, asa: Enrolment, cohort: Cohort, lund: Municipality, manager: User, colleague: User
    ) -> None:
        bo = EnrolmentFactory(cohort=cohort, municipality=lund, manager=manager)
        client, url = Client(), reverse("participants:hand_over", args=[role_of(manager).pk])
        client.force_login(manager)
        assert client.post(url, {"to": colleague.pk}).status_code == 422
        client.post(url, {"to": colleague.pk, "people": [bo.pk]})
        assert (manager_of(asa), manager_of(bo)) == (manager, colleague)

    def test_and_a_single_person(self, asa: Enrolment, manager: User, colleague: User) -> None:
        client, url = Client(), reverse("participants:change_manager", args=[asa.pk])
        client.force_login(colleague)
        page = client.post(url, {"to": colleague.pk}, follow=True)
        assert manager_of(asa) == colleague
        assert {"label": "Manager", "value": str(colleague), "change_url": ""} in page.context["rows"]
        client.post(url, {"to": "nobody"})
        assert manager_of(asa) is None

    def test_when_nobody_changes_hands_it_says_so(self, asa: Enrolment, manager: User, colleague: User) -> None:
        client, url = Client(), reverse("participants:change_manager", args=[asa.pk])
        client.force_login(manager)
        client.post(url, {"to": colleague.pk})
        Enrolment.objects.update(status=EnrolmentStatus.WITHDRAWN)
        assert "Nobody has changed hands" in client.post(url, {"to": "nobody"}, follow=True).content.decode()
        assert manager_of(asa) == colleague


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_handing_over_to_one_whose_role_is_being_ended_leaves_nobody_with_her(
    asa: Enrolment, manager: User, colleague: User, coordinator: User
) -> None:
    """Whichever comes first, nobody's manager is one who has left."""
    role = role_of(colleague)

    def give() -> None:
        hand_over(asa, to=colleague, by=manager)

    def end() -> None:
        actions.end_role(assignment=role, to=manager, by=coordinator, now=NOW)

    def attempt(action: object) -> None:
        try:
            action()  # type: ignore[operator]
        except EnrolmentRefused:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(attempt, [give, end]))
    assert manager_of(asa) == manager
