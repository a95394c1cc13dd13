"""The first administrator comes from the command line, since nobody could invite her."""

import pytest
from django.core.management import CommandError, call_command

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_command_creates_an_administrator_without_a_password() -> None:
    call_command("create_administrator", "Anna.Admin@example.org")

    user = User.objects.get(email="anna.admin@example.org")
    assert user.is_administrator
    assert not user.has_usable_password()
    assert AuditEvent.objects.about(user).get().action == "role.granted"


def test_whoever_has_an_account_keeps_it_and_gets_the_role() -> None:
    user = UserFactory(first_name="Boel", email="boel@example.org")

    call_command("create_administrator", "boel@example.org")
    call_command("create_administrator", "boel@example.org")

    user.refresh_from_db()
    assert user.first_name == "Boel"
    assert [assignment.role for assignment in user.roles] == [Role.ADMINISTRATOR]


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("create_administrator", "anna")
