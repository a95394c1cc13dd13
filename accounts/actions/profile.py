"""What a user decides about her own account."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from common.locking import lock
from messaging.actions import carry_choices


@transaction.atomic
def change_profile(
    *, user: User, first_name: str, last_name: str, language: str, mobile: str = "", now: datetime
) -> User:
    """Set the name, mobile number (E.164, or "") and language of `user`, who does it herself.

    Certificates keep the name of the enrolment. Which SMS she wants holds at another number, too. The log tells
    that she gave or removed a number, not which.
    """
    user = lock(user)
    before = {"first_name": user.first_name, "last_name": user.last_name}
    after = {"first_name": first_name, "last_name": last_name}
    had = user.mobile
    user.first_name, user.last_name, user.mobile, user.language = first_name, last_name, mobile, language
    user.save(update_fields=["first_name", "last_name", "mobile", "language"])
    if before != after:
        record("user.renamed", user, by=user, now=now, before=before, after=after)
    if had != mobile:
        carry_choices({had: mobile})
        record("user.mobile_given" if mobile else "user.mobile_removed", user, by=user, now=now)
    return user


def choose_language(*, user: User, language: str) -> None:
    """Let pages and messages speak `language` to `user` from now on."""
    user.language = language
    user.save(update_fields=["language"])
