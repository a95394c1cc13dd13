"""Managers who invite colleagues to their own municipality, see them and end their roles."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.choices import Role
from accounts.exceptions import InvitationRefused
from accounts.models import Invitation, RoleAssignment, User
from messaging.models import Message
from regions.models import Municipality, Region
from tests.factories import (
    NOW,
    InvitationFactory,
    MunicipalityFactory,
    RegionFactory,
    RoleAssignmentFactory,
    UserFactory,
    coordinator,
    manager,
)

pytestmark = pytest.mark.django_db
COLLEAGUES, INVITE = "/konto/medarbetare/", "/konto/medarbetare/bjud-in/"
NINA: dict[str, Any] = {"first_name": "Nina", "last_name": "Ny", "email": "nina@example.org", "language": "en"}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def region() -> Region:
    return RegionFactory()


@pytest.fixture
def lund(region: Region) -> Municipality:
    return MunicipalityFactory(region=region, name="Lund")


@pytest.fixture
def malmo(region: Region) -> Municipality:
    return MunicipalityFactory(region=region, name="Malmö")


@pytest.fixture
def boss(lund: Municipality) -> User:
    return manager(lund, language="en", first_name="Cecilia", last_name="Chef")


def to(municipality: Municipality, **fields: Any) -> Invitation:
    """An open invitation to become a manager there."""
    assert municipality.region
    by = coordinator(municipality.region)
    return InvitationFactory(role=Role.MANAGER, region=None, municipality=municipality, invited_by=by, **fields)


def invite(by: User, municipality: Municipality, **fields: Any) -> Invitation:
    return actions.invite(role=Role.MANAGER, municipality=municipality, by=by, now=NOW, **{**NINA, **fields})


class TestInviting:
    def test_a_manager_is_asked_for_no_more_than_whom(self, boss: User, lund: Municipality, client: Client) -> None:
        client.force_login(boss)
        assert set(client.get(INVITE).context["form"].fields) == {"first_name", "last_name", "email", "language"}
        client.post(INVITE, NINA)
        invitation = Invitation.objects.get()
        assert (invitation.role, invitation.place, invitation.invited_by) == (Role.MANAGER, lund, boss)

    def test_she_chooses_if_she_manages_two(
        self, boss: User, lund: Municipality, malmo: Municipality, client: Client
    ) -> None:
        RoleAssignmentFactory(user=boss, role=Role.MANAGER, municipality=malmo)
        client.force_login(boss)
        assert client.post(INVITE, NINA).status_code == 422
        client.post(INVITE, NINA | {"municipality": malmo.pk})
        assert Invitation.objects.get().place == malmo

    def test_not_to_another_municipality_nor_to_another_role(
        self, boss: User, malmo: Municipality, region: Region, client: Client
    ) -> None:
        client.force_login(boss)
        client.post(INVITE, NINA | {"role": Role.COORDINATOR, "municipality": malmo.pk, "region": region.pk})
        assert Invitation.objects.get().place == boss.roles[0].municipality
        with pytest.raises(InvitationRefused):
            invite(boss, malmo)
        with pytest.raises(InvitationRefused):
            actions.invite(**NINA, role=Role.COORDINATOR, region=region, by=boss, now=NOW)

    def test_the_colleague_becomes_a_manager_who_may_invite_in_turn(self, boss: User, lund: Municipality) -> None:
        nina = actions.accept(invitation=invite(boss, lund), by=None, now=NOW).user
        assert invite(nina, lund, email="tredje@example.org").invited_by == nina

    def test_an_invitation_ends_with_the_role_of_the_manager_who_sent_it(
        self, boss: User, lund: Municipality, region: Region
    ) -> None:
        invitation = invite(boss, lund)
        actions.end_role(assignment=boss.role_assignments.get(), by=coordinator(region), now=NOW)
        assert "no longer has that right" in str(actions.refusal_to_accept(invitation=invitation, by=None, now=NOW))

    @pytest.mark.parametrize("known", ["nobody", "elsewhere", "closed"])
    def test_the_answer_does_not_tell_whether_the_address_is_known_elsewhere(
        self, boss: User, malmo: Municipality, client: Client, known: str
    ) -> None:
        if known != "nobody":
            manager(malmo, email=NINA["email"], is_active=known == "elsewhere")
        client.force_login(boss)
        response = client.post(INVITE, NINA, follow=True)
        assert [str(message) for message in response.context["messages"]] == [
            "An invitation is on its way to nina@example.org."
        ]

    def test_a_closed_account_among_her_colleagues_is_no_news_to_her(self, boss: User, lund: Municipality) -> None:
        manager(lund, email=NINA["email"], is_active=False)
        with pytest.raises(InvitationRefused, match="closed"):
            invite(boss, lund)


class TestSeeing:
    def test_her_colleagues_and_their_invitations_and_nobody_elses(
        self, boss: User, region: Region, lund: Municipality, malmo: Municipality, client: Client
    ) -> None:
        manager(lund, last_name="Kollegasson")
        to(lund, last_name="Inbjudsson")
        manager(malmo, last_name="Papegojsson")
        to(malmo, last_name="Kanariesson")
        coordinator(region, last_name="Samordnarsson")
        client.force_login(boss)
        page = client.get(COLLEAGUES).content.decode()
        assert "Kollegasson" in page
        assert "Inbjudsson" in page
        assert [name for name in ("Papegojsson", "Kanariesson", "Samordnarsson") if name in page] == []

    def test_who_invited_whom(self, boss: User, lund: Municipality, region: Region, client: Client) -> None:
        actions.accept(invitation=invite(boss, lund), by=None, now=NOW)
        invite(boss, lund, email="annan@example.org")
        client.force_login(coordinator(region, language="en"))
        assert client.get(COLLEAGUES).content.decode().count("invited by Cecilia Chef") == 2

    def test_colleagues_are_in_her_menu(self, boss: User, client: Client) -> None:
        client.force_login(boss)
        assert COLLEAGUES in [entry.url for entry in client.get(COLLEAGUES).context["navigation"]]


class TestChanging:
    def test_she_sends_again_what_has_expired_and_revokes(self, boss: User, lund: Municipality, client: Client) -> None:
        expired, unwanted = to(lund, expires=NOW - timedelta(days=1)), to(lund, email="fel@example.org")
        client.force_login(boss)
        assert "Expired" in client.get(COLLEAGUES).content.decode()
        client.post(reverse("accounts:resend_invitation", args=[expired.pk]))
        client.post(reverse("accounts:revoke_invitation", args=[unwanted.pk]))
        assert Invitation.objects.open(now=NOW).get() == expired
        expired.refresh_from_db()
        assert expired.invited_by == boss

    def test_neither_elsewhere(self, boss: User, malmo: Municipality, client: Client) -> None:
        foreign = to(malmo)
        client.force_login(boss)
        for name in ("resend_invitation", "revoke_invitation"):
            assert client.post(reverse(f"accounts:{name}", args=[foreign.pk])).status_code == 404
        for action in (actions.resend, actions.revoke):
            with pytest.raises(InvitationRefused):
                action(invitation=foreign, by=boss, now=NOW)


class TestEnding:
    def test_a_colleagues_role(self, boss: User, lund: Municipality) -> None:
        colleague = manager(lund)
        actions.end_role(assignment=colleague.role_assignments.get(), by=boss, now=NOW)
        assert [role.user for role in RoleAssignment.objects.managers_of(lund.pk)] == [boss]

    def test_her_own_when_a_colleague_stays(self, boss: User, lund: Municipality) -> None:
        manager(lund, is_active=False)
        with pytest.raises(InvitationRefused, match="the only manager"):
            actions.end_role(assignment=boss.role_assignments.get(), by=boss, now=NOW)
        colleague = manager(lund)
        actions.end_role(assignment=boss.role_assignments.get(), by=boss, now=NOW)
        assert [role.user for role in RoleAssignment.objects.managers_of(lund.pk)] == [colleague]

    def test_the_last_one_is_ended_by_a_coordinator_only(
        self, boss: User, region: Region, lund: Municipality, malmo: Municipality
    ) -> None:
        role = boss.role_assignments.get()
        for by in (boss, manager(malmo), UserFactory()):
            with pytest.raises(InvitationRefused):
                actions.end_role(assignment=role, by=by, now=NOW)
        actions.end_role(assignment=role, by=coordinator(region), now=NOW)
        assert not RoleAssignment.objects.managers_of(lund.pk).exists()


class TestSendingAgain:
    url = "/konto/medarbetare/inbjudningar/skicka-igen/"

    def test_those_that_nobody_has_accepted_for_five_days(
        self, region: Region, lund: Municipality, malmo: Municipality, client: Client
    ) -> None:
        by = coordinator(region)
        old, expired = to(lund, expires=NOW + timedelta(days=2)), to(malmo, expires=NOW - timedelta(days=9))
        to(lund, expires=NOW + timedelta(days=3))
        to(lund, expires=NOW, accepted=NOW)
        to(MunicipalityFactory(), expires=NOW)
        client.force_login(by)
        form = client.get(self.url).context["form"]
        assert list(form.fields["invitations"].queryset) == [expired, old]
        client.post(self.url, {"invitations": [old.pk, expired.pk]})
        assert set(Invitation.objects.open(now=NOW + timedelta(days=6))) == {old, expired}
        assert Message.objects.filter(kind="invitation").count() == 2

    def test_pressed_twice_they_are_sent_once(self, region: Region, lund: Municipality, client: Client) -> None:
        old = to(lund, expires=NOW)
        client.force_login(coordinator(region))
        assert [client.post(self.url, {"invitations": [old.pk]}).status_code for _time in range(2)] == [302, 422]
        assert Message.objects.count() == 1

    def test_all_or_none(self, region: Region, lund: Municipality) -> None:
        mine, foreign = to(lund, expires=NOW), to(MunicipalityFactory(), expires=NOW)
        with pytest.raises(InvitationRefused):
            actions.resend_all(invitations=[mine, foreign], by=coordinator(region), now=NOW)
        assert not Message.objects.exists()
