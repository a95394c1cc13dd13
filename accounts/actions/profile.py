"""What a user decides about her own account."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from common.locking import lock


@transaction.atomic
def change_profile(*, user: User, first_name: str, last_name: str, language: str, now: datetime) -> User:
    """Set the name and language of `user`, who does it herself. Certificates keep the name of the enrolment."""
    user = lock(user)
    before = {"first_name": user.first_name, "last_name": user.last_name}
    after = {"first_name": first_name, "last_name": last_name}
    user.first_name, user.last_name, user.language = first_name, last_name, language
    user.save(update_fields=["first_name", "last_name", "language"])
    if before != after:
        record("user.renamed", user, by=user, now=now, before=before, after=after)
    return user


def choose_language(*, user: User, language: str) -> None:
    """Let pages and messages speak `language` to `user` from now on."""
    user.language = language
    user.save(update_fields=["language"])
