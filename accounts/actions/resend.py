"""Sending an invitation again."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from accounts import rules
from accounts.actions.posts import lock_open, post_of
from accounts.messages import invitation_draft
from accounts.models import Invitation, User
from accounts.tokens import hash_of, token_of
from audit.actions import record
from messaging.actions import queue


@transaction.atomic
def resend(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Send `invitation` again with a new link, good for seven days; the old link ends. From now on it is `by`'s.

    Raises InvitationRefused if it has been accepted or revoked, or if `by` may not give the role.
    """
    invitation = lock_open(invitation, by=by)
    invitation.nonce = uuid4()
    invitation.expires = now + rules.LIFETIME
    invitation.invited_by = by
    invitation.token_hash = hash_of(token_of(invitation))
    invitation.save(update_fields=["nonce", "token_hash", "expires", "invited_by"])
    record("invitation.resent", invitation, by=by, now=now, scope=post_of(invitation).region)
    queue([invitation_draft(invitation, now=now)])
    return invitation


@transaction.atomic
def resend_all(*, invitations: Iterable[Invitation], by: User, now: datetime) -> None:
    """Send several again: all of them, or none if one is refused."""
    for invitation in sorted(invitations, key=lambda one: one.pk):
        resend(invitation=invitation, by=by, now=now)
