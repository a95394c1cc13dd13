"""Whoever may no longer appoint anybody leaves no door open behind her."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import Invitation, RoleAssignment, User
from accounts.tokens import token_of
from tests.factories import NOW, InvitationFactory, RegionFactory, coordinator

pytestmark = pytest.mark.django_db


def open_link(invitation: Invitation) -> tuple[int, bool]:
    """Accept as an anonymous visitor; the answer's status, and whether she is logged in then."""
    visitor = Client()
    with time_machine.travel(NOW, tick=False):
        response = visitor.post(reverse("accounts:invitation", args=[token_of(invitation)]))
        return response.status_code, "_auth_user_id" in visitor.session


def test_an_invitation_ends_with_the_role_of_the_one_who_sent_it() -> None:
    region = RegionFactory()
    leaving, staying = coordinator(region), coordinator(region)
    invitation = InvitationFactory(region=region, invited_by=leaving)
    actions.end_role(assignment=leaving.role_assignments.get(), by=staying, now=NOW)
    assert open_link(invitation) == (410, False)
    assert RoleAssignment.objects.get().user == staying


def test_an_invitation_ends_with_the_account_of_the_one_who_sent_it() -> None:
    invitation = InvitationFactory()
    User.objects.filter(pk=invitation.invited_by.pk).update(is_active=False)
    assert open_link(invitation) == (410, False)


def test_a_colleague_who_sends_it_again_vouches_for_it() -> None:
    invitation = InvitationFactory()
    RoleAssignment.objects.all().delete()
    again = actions.resend(invitation=invitation, by=coordinator(invitation.region), now=NOW)
    assert open_link(again) == (302, True)
