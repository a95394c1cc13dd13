"""Taking an invitation back."""

from datetime import datetime

from django.db import transaction

from accounts.actions.posts import lock_open, post_of
from accounts.models import Invitation, User
from audit.actions import record


@transaction.atomic
def revoke(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Make the link of `invitation` worthless; a mail that waits is not sent.

    Raises InvitationRefused if it has been accepted or revoked, or if `by` may not give the role.
    """
    invitation = lock_open(invitation, by=by)
    invitation.revoked = now
    invitation.save(update_fields=["revoked"])
    record("invitation.revoked", invitation, by=by, now=now, scope=post_of(invitation).region)
    return invitation
