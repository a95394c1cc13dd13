"""From an invitation to a role: the actions, the mail, and the page behind the link."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.choices import Role
from accounts.exceptions import InvitationRefused
from accounts.messages import INVITATION
from accounts.models import Invitation, RoleAssignment, User
from accounts.tokens import hash_of, token_of
from audit.models import AuditEvent
from messaging.models import Message
from tests.factories import (
    NOW,
    InvitationFactory,
    MunicipalityFactory,
    RegionFactory,
    UserFactory,
    administrator,
    coordinator,
    manager,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def invite(by: User, **details: Any) -> Invitation:
    defaults = {
        "email": "Ny@Example.org",
        "first_name": "Nina",
        "last_name": "Ny",
        "role": Role.MANAGER,
        "language": "sv",
    }
    return actions.invite(**defaults | details, by=by, now=NOW)


def link_of(invitation: Invitation) -> str:
    return reverse("accounts:invitation", args=[token_of(invitation)])


def roles_given(invitation: Invitation) -> list[RoleAssignment]:
    """The roles of everybody but the one who invites."""
    return list(RoleAssignment.objects.exclude(user=invitation.invited_by))


class TestInviting:
    def test_a_coordinator_invites_a_manager_to_a_municipality_of_her_region(self) -> None:
        lund = MunicipalityFactory(name="Lund")
        invitation = invite(coordinator(lund.region), municipality=lund)

        assert (invitation.email, invitation.place, invitation.expires) == (
            "ny@example.org",
            lund,
            NOW + timedelta(days=7),
        )
        message = Message.objects.get(kind="invitation")
        assert (message.recipient, message.scope) == ("ny@example.org", lund.region_id)
        assert AuditEvent.objects.about(invitation).get().action == "invitation.sent"

    def test_she_invites_nobody_to_another_region(self) -> None:
        foreign = MunicipalityFactory()
        with pytest.raises(InvitationRefused):
            invite(coordinator(RegionFactory()), municipality=foreign)
        assert not Message.objects.exists()

    def test_an_administrator_invites_coordinators_and_administrators(self) -> None:
        admin, region = administrator(), RegionFactory()
        invite(admin, role=Role.COORDINATOR, region=region)
        invite(admin, role=Role.ADMINISTRATOR)
        assert Invitation.objects.count() == 2

    def test_the_same_person_is_not_invited_twice(self) -> None:
        region = RegionFactory()
        invite(coordinator(region), role=Role.LECTURER, region=region)
        with pytest.raises(InvitationRefused, match="already"):
            invite(coordinator(region), role=Role.LECTURER, region=region)

    def test_an_expired_invitation_makes_room_for_another(self) -> None:
        expired = InvitationFactory(email="ny@example.org", expires=NOW)
        invite(coordinator(expired.region), role=Role.COORDINATOR, region=expired.region)
        assert Invitation.objects.pending().get() != expired

    def test_one_who_holds_the_role_is_not_invited_to_it(self) -> None:
        lund = MunicipalityFactory()
        manager(lund, email="ny@example.org")
        with pytest.raises(InvitationRefused, match="has the role already"):
            invite(coordinator(lund.region), municipality=lund)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_two_coordinators_who_invite_at_once_send_one_invitation(self) -> None:
        lund = MunicipalityFactory()
        inviters = [coordinator(lund.region) for _ in range(8)]

        def attempt(by: User) -> str:
            try:
                invite(by, municipality=lund)
            except InvitationRefused:
                return "refused"
            finally:
                connections.close_all()
            return "sent"

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(attempt, inviters))
        assert sorted(outcomes) == ["refused"] * 7 + ["sent"]
        assert Message.objects.count() == 1


class TestTheLink:
    def test_the_database_holds_nothing_that_opens_it(self) -> None:
        invitation = InvitationFactory()
        token = token_of(invitation)
        assert re.fullmatch(r"[A-Za-z0-9_-]{22}", token)  # 128 bits
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_invitation")
            assert token not in str(cursor.fetchall())
        assert invitation.token_hash == hash_of(token)

    def test_the_mail_carries_it_each_time_it_is_made(self) -> None:
        lund = MunicipalityFactory(name="Lund")
        invitation = invite(coordinator(lund.region), municipality=lund, language="en")
        message = Message.objects.get()
        first, second = INVITATION.render(message), INVITATION.render(message)
        assert first == second
        assert link_of(invitation) in first.text
        assert link_of(invitation) in first.html
        assert "manager in Lund" in first.text
        assert "Ny" not in first.text.replace("Nina", "")

    def test_sending_again_makes_a_new_link_and_stops_the_old_mail(self) -> None:
        invitation = InvitationFactory()
        by = coordinator(invitation.region)
        old_link = link_of(invitation)
        actions.resend(invitation=invitation, by=by, now=NOW)
        old_message = Message.objects.get()
        again = actions.resend(invitation=invitation, by=by, now=NOW + timedelta(days=6))

        assert link_of(again) != old_link
        assert again.expires == NOW + timedelta(days=13)
        assert not INVITATION.still_holds(old_message, NOW)
        assert Client().get(old_link).status_code == 404

    def test_a_revoked_invitation_is_not_mailed_any_more(self) -> None:
        lund = MunicipalityFactory()
        by = coordinator(lund.region)
        invitation = invite(by, municipality=lund)
        message = Message.objects.get()
        assert INVITATION.still_holds(message, NOW)
        actions.revoke(invitation=invitation, by=by, now=NOW)
        assert not INVITATION.still_holds(message, NOW)

    def test_a_coordinator_of_another_region_can_neither_resend_nor_revoke(self) -> None:
        invitation, foreigner = InvitationFactory(), coordinator(RegionFactory())
        with pytest.raises(InvitationRefused):
            actions.resend(invitation=invitation, by=foreigner, now=NOW)
        with pytest.raises(InvitationRefused):
            actions.revoke(invitation=invitation, by=foreigner, now=NOW)


class TestAccepting:
    def test_looking_at_the_link_changes_nothing(self, client: Client) -> None:
        region = RegionFactory()
        karin = coordinator(region, first_name="Karin", last_name="Kollega")
        invitation = InvitationFactory(region=region, invited_by=karin)
        page = client.get(link_of(invitation))
        assert page.status_code == 200
        assert "Karin Kollega" in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert "_auth_user_id" not in client.session
        assert not User.objects.filter(email=invitation.email).exists()

    def test_a_new_person_gets_an_account_and_is_logged_in(self, client: Client) -> None:
        invitation = InvitationFactory()
        client.post(link_of(invitation))
        user = User.objects.get(email=invitation.email)
        assert client.session["_auth_user_id"] == str(user.pk)
        assert not user.has_usable_password()
        assert [(role.role, role.place) for role in user.roles] == [(Role.COORDINATOR, invitation.region)]
        assert {event.action for event in AuditEvent.objects.filter(actor=user)} >= {
            "user.created",
            "invitation.accepted",
        }

    def test_one_who_has_an_account_gets_the_role_and_logs_in_as_usual(self, client: Client) -> None:
        invitation = InvitationFactory(email="gammal@example.org")
        user = UserFactory(email="Gammal@example.org".lower())
        response = client.post(link_of(invitation))
        assert response["Location"] == reverse("account_login")
        assert "_auth_user_id" not in client.session
        assert user.role_assignments.get().role == Role.COORDINATOR

    def test_one_who_is_logged_in_acts_in_the_new_role_at_once(self, client: Client) -> None:
        lund = MunicipalityFactory()
        invitation = InvitationFactory(region=lund.region)
        user = manager(lund, email=invitation.email)
        client.force_login(user)
        client.post(link_of(invitation))
        assert client.session["acting_role"] == str(user.role_assignments.get(role=Role.COORDINATOR).pk)

    def test_it_works_once(self, client: Client) -> None:
        invitation = InvitationFactory()
        client.post(link_of(invitation))
        again = Client().post(link_of(invitation))
        assert again.status_code == 410
        assert len(roles_given(invitation)) == 1

    @pytest.mark.parametrize("obstacle", [{"expires": NOW}, {"revoked": NOW}])
    def test_it_works_only_while_it_is_open(self, client: Client, obstacle: dict[str, Any]) -> None:
        invitation = InvitationFactory(**obstacle)
        assert client.get(link_of(invitation)).status_code == 410
        assert client.post(link_of(invitation)).status_code == 410
        assert not roles_given(invitation)

    def test_somebody_else_who_is_logged_in_gets_nothing(self, client: Client) -> None:
        invitation = InvitationFactory()
        client.force_login(UserFactory())
        assert client.post(link_of(invitation)).status_code == 410
        assert not roles_given(invitation)

    def test_a_closed_account_is_not_opened_by_it(self, client: Client) -> None:
        invitation = InvitationFactory()
        UserFactory(email=invitation.email, is_active=False)
        assert client.post(link_of(invitation)).status_code == 410
        assert not roles_given(invitation)

    def test_a_link_that_nobody_made_leads_nowhere(self, client: Client) -> None:
        assert client.get(reverse("accounts:invitation", args=["A" * 22])).status_code == 404

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_accepted_twice_at_once_it_still_makes_one_account(self) -> None:
        invitation = InvitationFactory()

        def attempt(_number: int) -> int:
            try:
                return Client().post(link_of(invitation)).status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            outcomes = sorted(pool.map(attempt, range(4)))
        assert outcomes == [302, 410, 410, 410]
        assert len(roles_given(invitation)) == 1
