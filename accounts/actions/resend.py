"""Sending an invitation again."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from accounts import rules
from accounts.actions.invite import LIFETIME
from accounts.actions.posts import post_of, posts_of
from accounts.exceptions import InvitationRefused
from accounts.messages import invitation_draft
from accounts.models import Invitation, User
from accounts.tokens import hash_of, token_of
from audit.actions import record
from common.locking import lock
from messaging.actions import queue


@transaction.atomic
def resend(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Send `invitation` again with a new link, good for seven days; the old link ends. From now on it is `by`'s.

    Raises InvitationRefused if it has been accepted or revoked, or if `by` may not give the role.
    """
    invitation = lock(invitation)
    post = post_of(invitation)
    if refusal := rules.refusal_to_change_invitation(
        posts_of(by), post, accepted=invitation.accepted, revoked=invitation.revoked
    ):
        raise InvitationRefused(refusal)
    invitation.nonce = uuid4()
    invitation.expires = now + LIFETIME
    invitation.invited_by = by
    invitation.token_hash = hash_of(token_of(invitation))
    invitation.save(update_fields=["nonce", "token_hash", "expires", "invited_by"])
    record("invitation.resent", invitation, by=by, now=now, scope=post.region)
    queue([invitation_draft(invitation, now=now)])
    return invitation
