"""The first administrator, whom nobody can invite."""

from datetime import datetime

from django.db import transaction

from accounts.actions.roles import grant_role
from accounts.choices import Role
from accounts.models import User


@transaction.atomic
def create_administrator(*, email: str, first_name: str, last_name: str, now: datetime) -> User:
    """Give whoever reads mail at `email` the administrator's role, with a new account if she has none.

    She logs in by an e-mailed code. Safe to run again.
    """
    user = User.objects.by_email(email) or User.objects.create_user(email, first_name=first_name, last_name=last_name)
    grant_role(user=user, role=Role.ADMINISTRATOR, by=None, now=now)
    return user
