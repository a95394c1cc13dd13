"""Colleagues, profile, roles and language."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions
from accounts.choices import Role
from accounts.exceptions import InvitationRefused
from accounts.models import Invitation, RoleAssignment
from audit.models import AuditEvent
from tests.factories import (
    NOW,
    InvitationFactory,
    MunicipalityFactory,
    RegionFactory,
    RoleAssignmentFactory,
    UserFactory,
    administrator,
    coordinator,
    lecturer,
    manager,
)

pytestmark = pytest.mark.django_db


class TestColleagues:
    url = "/konto/medarbetare/"

    def test_a_coordinator_sees_those_of_her_region(self, client: Client) -> None:
        lund = MunicipalityFactory()
        client.force_login(coordinator(lund.region))
        manager(lund, last_name="Chefsson")
        lecturer(lund.region, last_name="Lektorsson")
        manager(MunicipalityFactory(), last_name="Främling")
        RoleAssignmentFactory(role=Role.PARTICIPANT, region=lund.region, user__last_name="Deltagarsson")
        page = client.get(self.url).content.decode()
        assert "Chefsson" in page
        assert "Lektorsson" in page
        assert "Främling" not in page
        assert "Deltagarsson" not in page, "participants have pages of their own"

    def test_an_administrator_sees_those_whom_she_appoints(self, client: Client) -> None:
        lund = MunicipalityFactory()
        client.force_login(administrator())
        coordinator(lund.region, last_name="Samordnarsson")
        manager(lund, last_name="Chefsson")
        page = client.get(self.url).content.decode()
        assert "Samordnarsson" in page
        assert "Chefsson" not in page

    def test_she_finds_somebody_by_name_place_and_role(self, client: Client) -> None:
        lund = MunicipalityFactory(name="Lund")
        client.force_login(coordinator(lund.region))
        manager(lund, first_name="Åsa", last_name="Chefsson")
        lecturer(lund.region, first_name="Åsa", last_name="Lektorsson")
        page = client.get(self.url, {"q": "Åsa Lund", "role": Role.MANAGER}).content.decode()
        assert "Chefsson" in page
        assert "Lektorsson" not in page

    def test_the_number_of_queries_does_not_grow(self, client: Client) -> None:
        lund = MunicipalityFactory()
        client.force_login(coordinator(lund.region))

        def queries() -> int:
            manager(lund)
            InvitationFactory(region=lund.region, invited_by=UserFactory())
            with CaptureQueriesContext(connection) as captured:
                client.get(self.url)
            return len(captured)

        queries()  # what is loaded once and then cached
        assert queries() == queries()

    def test_an_expired_invitation_can_be_sent_again(self, client: Client) -> None:
        invitation = InvitationFactory(expires=NOW)
        client.force_login(coordinator(invitation.region))
        client.post(reverse("accounts:resend_invitation", args=[invitation.pk]))
        renewed = Invitation.objects.get()
        assert renewed.expires > invitation.expires
        assert renewed.token_hash != invitation.token_hash

    def test_an_invitation_can_be_revoked(self, client: Client) -> None:
        invitation = InvitationFactory()
        client.force_login(coordinator(invitation.region))
        client.post(reverse("accounts:revoke_invitation", args=[invitation.pk]))
        assert Invitation.objects.get().revoked


class TestInvitePage:
    url = "/konto/medarbetare/bjud-in/"
    person = {"first_name": "Nina", "last_name": "Ny", "email": "ny@example.org", "language": "sv"}

    def test_a_manager_needs_a_municipality(self, client: Client) -> None:
        lund = MunicipalityFactory()
        client.force_login(coordinator(lund.region))
        response = client.post(self.url, self.person | {"role": Role.MANAGER})
        assert response.status_code == 422
        assert "municipality" in response.context["form"].errors
        client.post(self.url, self.person | {"role": Role.MANAGER, "municipality": lund.pk})
        assert Invitation.objects.get().place == lund

    def test_a_coordinator_of_one_region_need_not_choose_it(self, client: Client) -> None:
        region = RegionFactory()
        client.force_login(coordinator(region))
        client.post(self.url, self.person | {"role": Role.LECTURER})
        assert Invitation.objects.get().place == region

    def test_an_administrator_chooses_the_region_of_a_coordinator(self, client: Client) -> None:
        skane, _blekinge = RegionFactory(), RegionFactory()
        client.force_login(administrator())
        assert client.post(self.url, self.person | {"role": Role.COORDINATOR}).status_code == 422
        client.post(self.url, self.person | {"role": Role.COORDINATOR, "region": skane.pk})
        assert Invitation.objects.get().place == skane

    def test_before_the_first_region_there_is_nothing_to_coordinate(self, client: Client) -> None:
        client.force_login(administrator())
        response = client.post(self.url, self.person | {"role": Role.COORDINATOR})
        assert response.status_code == 422
        assert "role" in response.context["form"].errors
        client.post(self.url, self.person | {"role": Role.ADMINISTRATOR})
        assert Invitation.objects.get().place is None

    def test_foreign_places_and_higher_roles_are_no_choices(self, client: Client) -> None:
        foreign = MunicipalityFactory()
        client.force_login(coordinator(RegionFactory()))
        for attempt in ({"role": Role.MANAGER, "municipality": foreign.pk}, {"role": Role.ADMINISTRATOR}):
            assert client.post(self.url, self.person | attempt).status_code == 422
        assert not Invitation.objects.exists()

    def test_a_refusal_is_shown_where_it_was_asked_for(self, client: Client) -> None:
        region = RegionFactory()
        client.force_login(coordinator(region))
        client.post(self.url, self.person | {"role": Role.LECTURER})
        response = client.post(self.url, self.person | {"role": Role.LECTURER})
        assert response.status_code == 422
        assert response.context["form"].non_field_errors()


class TestEndingARole:
    def test_it_is_confirmed_first_and_logged(self, client: Client) -> None:
        lund = MunicipalityFactory()
        user = coordinator(lund.region)
        role = manager(lund).role_assignments.get()
        client.force_login(user)
        url = reverse("participants:end_role", args=[role.pk])
        assert client.get(url).status_code == 200
        assert RoleAssignment.objects.filter(pk=role.pk).exists()
        client.post(url)
        assert not RoleAssignment.objects.filter(pk=role.pk).exists()
        event = AuditEvent.objects.get(action="role.ended")
        assert (event.actor, event.scope, event.before["role"]) == (user, lund.region_id, "manager")

    def test_it_works_from_the_next_click_on(self, client: Client) -> None:
        region = RegionFactory()
        user = coordinator(region)
        client.force_login(user)
        assert client.get("/konto/medarbetare/").status_code == 200
        actions.end_role(assignment=user.role_assignments.get(), by=administrator(), now=NOW)
        assert client.get("/konto/medarbetare/").status_code == 403

    def test_two_coordinators_do_not_end_each_other(self) -> None:
        region = RegionFactory()
        eva, liv = coordinator(region), coordinator(region)
        actions.end_role(assignment=liv.role_assignments.get(), by=eva, now=NOW)
        with pytest.raises(InvitationRefused):
            actions.end_role(assignment=eva.role_assignments.get(), by=liv, now=NOW)


class TestProfile:
    def test_she_changes_her_name_and_language(self, client: Client) -> None:
        user = UserFactory()
        client.force_login(user)
        client.post("/konto/profil/", {"first_name": "Ängla", "last_name": "Öst", "language": "en"})
        user.refresh_from_db()
        assert (user.full_name, user.language) == ("Ängla Öst", "en")
        assert AuditEvent.objects.get(action="user.renamed").after == {"first_name": "Ängla", "last_name": "Öst"}

    def test_an_empty_name_is_refused(self, client: Client) -> None:
        client.force_login(UserFactory())
        assert (
            client.post("/konto/profil/", {"first_name": "", "last_name": "Öst", "language": "sv"}).status_code == 422
        )


class TestSwitchingRole:
    def test_she_lands_where_the_other_role_begins(self, client: Client) -> None:
        lund = MunicipalityFactory()
        user = coordinator(lund.region)
        other = RoleAssignmentFactory(user=user, role=Role.ADMINISTRATOR)
        client.force_login(user)
        client.post("/konto/roll/", {"role": other.pk})
        assert client.get("/")["Location"] == reverse("regions:regions")

    def test_another_persons_role_is_not_hers_to_act_in(self, client: Client) -> None:
        stranger = administrator().role_assignments.get()
        client.force_login(coordinator(RegionFactory()))
        assert client.post("/konto/roll/", {"role": stranger.pk}).status_code == 404
