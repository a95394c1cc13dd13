"""Another address for a person: where she is written to, and whether she logs in with it."""

import re

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.models import AuditEvent
from messaging.actions import choose_topics
from messaging.choices import State, Topic
from messaging.models import Message, TopicChoice
from participants.actions import change_address
from participants.exceptions import EnrolmentRefused
from participants.models import Participant
from regions.models import Region
from tests.factories import (
    NOW,
    EnrolmentFactory,
    MessageFactory,
    ParticipantFactory,
    RegionFactory,
    UserFactory,
    coordinator,
)

pytestmark = pytest.mark.django_db
OLD, NEW = "ana@example.org", "anna@example.org"


def login_of(person: Participant) -> User:
    assert person.user
    return person.user


@pytest.fixture
def anna(region: Region) -> Participant:
    """Registered with a slip of the pen, so that nothing reaches her and she has never logged in."""
    anna: Participant = ParticipantFactory(region=region, email=OLD, with_login=True)
    login = login_of(anna)
    RoleAssignment.objects.create(user=login, role=Role.PARTICIPANT, region=region)
    login.set_unusable_password()
    login.save()
    return anna


@pytest.fixture
def planner(region: Region) -> User:
    return coordinator(region)


def change(anna: Participant, address: str, by: User) -> tuple[str, str]:
    """Change it; return where she is written to, and with what she logs in."""
    change_address(participant=anna, address=address, by=by, now=NOW)
    anna = Participant.objects.select_related("user").get(pk=anna.pk)
    return anna.email, login_of(anna).email


class TestChange:
    def test_who_has_never_logged_in_is_written_to_and_logs_in_at_the_new_address(
        self, anna: Participant, planner: User
    ) -> None:
        choose_topics(addresses=[OLD], wanted=[], among=[Topic.REMINDERS], by=login_of(anna), now=NOW)
        assert change(anna, "Anna@Example.org", planner) == (NEW, NEW)
        assert TopicChoice.objects.wanted(NEW, [Topic.REMINDERS]) == []

    def test_who_reads_at_the_old_address_gets_in_nowhere(
        self, client: Client, mailoutbox: list[EmailMessage], anna: Participant, planner: User
    ) -> None:
        """Whether with a code that was sent before the change, or by anything that was asked for at the old address."""
        client.post(reverse("account_reset_password"), {"email": OLD})
        client.post(reverse("account_request_login_code"), {"email": OLD})
        [code] = re.findall(r"\d{4}-\d{4}", str(mailoutbox[-1].body))
        change(anna, NEW, planner)
        client.post(reverse("account_confirm_login_code"), {"code": code})
        stranger = User.objects.get(email=OLD)
        assert client.session.get("_auth_user_id") == str(stranger.pk)
        assert not stranger.roles
        assert client.get(reverse("certificates:my_programme")).status_code in {302, 403, 404}
        anna.refresh_from_db()
        assert login_of(anna).email == NEW

    def test_what_waits_to_be_sent_to_her_goes_to_the_new_address(self, anna: Participant, planner: User) -> None:
        enrolment = EnrolmentFactory(participant=anna)
        waiting = MessageFactory(recipient=OLD, refs={"enrolment": str(enrolment.pk)})
        gone = MessageFactory(recipient=OLD, refs={"person": str(anna.pk)}, state=State.SENT)
        about_her = MessageFactory(recipient="chef@example.org", refs={"enrolment": str(enrolment.pk)})
        of_another = MessageFactory(recipient=OLD, refs={"enrolment": str(EnrolmentFactory().pk)})
        change(anna, NEW, planner)
        sent_to = dict(Message.objects.values_list("pk", "recipient"))
        assert sent_to == {waiting.pk: NEW, gone.pk: OLD, about_her.pk: "chef@example.org", of_another.pk: OLD}
        assert waiting.events.get().detail == f"{OLD} → {NEW}"

    def test_somebody_who_was_merged_has_the_address(self, anna: Participant, planner: User) -> None:
        ParticipantFactory(region=anna.region, email=NEW, merged_into=anna)
        with pytest.raises(EnrolmentRefused, match="Undo that merge"):
            change_address(participant=anna, address=NEW, by=planner, now=NOW)

    def test_the_log_says_that_it_changed_not_from_what_to_what(self, anna: Participant, planner: User) -> None:
        change(anna, NEW, planner)
        [changed] = AuditEvent.objects.filter(action="participant.address_changed")
        assert (changed.actor, "example.org" in str([changed.before, changed.after])) == (planner, False)

    def test_a_log_in_that_is_used_stays_as_it_is(self, anna: Participant, planner: User) -> None:
        User.objects.filter(pk=login_of(anna).pk).update(last_login=NOW)
        assert change(anna, NEW, planner) == (NEW, OLD)

    def test_so_does_one_that_serves_in_another_region(self, anna: Participant, planner: User) -> None:
        RoleAssignment.objects.create(user=login_of(anna), role=Role.PARTICIPANT, region=RegionFactory())
        assert change(anna, NEW, planner) == (NEW, OLD)

    def test_so_does_one_that_serves_in_another_role(self, anna: Participant, planner: User) -> None:
        RoleAssignment.objects.create(user=login_of(anna), role=Role.LECTURER, region=anna.region)
        assert change(anna, NEW, planner) == (NEW, OLD)

    def test_the_same_address_changes_nothing(self, anna: Participant, planner: User) -> None:
        assert change(anna, OLD.upper(), planner) == (OLD, OLD)
        assert not AuditEvent.objects.filter(action="participant.address_changed").exists()

    def test_nobody_gets_the_address_of_another_participant(self, anna: Participant, planner: User) -> None:
        ParticipantFactory(region=anna.region, email=NEW)
        with pytest.raises(EnrolmentRefused, match="merge the two"):
            change_address(participant=anna, address=NEW, by=planner, now=NOW)
        anna.refresh_from_db()
        assert anna.email == OLD

    def test_nobody_gets_the_address_with_which_another_logs_in(self, anna: Participant, planner: User) -> None:
        UserFactory(email=NEW)
        with pytest.raises(EnrolmentRefused, match="Somebody else logs in"):
            change_address(participant=anna, address=NEW, by=planner, now=NOW)

    def test_only_the_regions_coordinator_changes_it(self, anna: Participant) -> None:
        with pytest.raises(EnrolmentRefused, match="Only the region's coordinator"):
            change_address(participant=anna, address=NEW, by=coordinator(RegionFactory()), now=NOW)


class TestThePage:
    def test_says_what_follows_and_changes_it(self, client: Client, anna: Participant, planner: User) -> None:
        client.force_login(planner)
        address = reverse("participants:address", args=[anna.pk])
        assert "Ingen har loggat in med den gamla adressen" in client.get(address).content.decode()
        answer = client.post(address, {"email": NEW}, follow=True)
        assert NEW in answer.content.decode()
        assert answer.redirect_chain[-1][0] == reverse("certificates:person", args=[anna.pk])

    def test_says_with_what_she_goes_on_logging_in(self, client: Client, anna: Participant, planner: User) -> None:
        User.objects.filter(pk=login_of(anna).pk).update(last_login=NOW)
        client.force_login(planner)
        page = client.get(reverse("participants:address", args=[anna.pk])).content.decode()
        assert f"fortfarande in med {OLD}" in page

    @pytest.mark.parametrize(("typed", "told"), [("anna@", "Fyll i en giltig e-postadress"), (NEW, "slå ihop dem")])
    def test_says_beside_the_field_what_is_wrong(
        self, typed: str, told: str, client: Client, anna: Participant, planner: User
    ) -> None:
        ParticipantFactory(region=anna.region, email=NEW)
        client.force_login(planner)
        answer = client.post(reverse("participants:address", args=[anna.pk]), {"email": typed})
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert f'value="{typed}"' in answer.content.decode()
