"""Taking an invitation back."""

from datetime import datetime

from django.db import transaction

from accounts import rules
from accounts.actions.posts import post_of, posts_of
from accounts.exceptions import InvitationRefused
from accounts.models import Invitation, User
from audit.actions import record
from common.locking import lock


@transaction.atomic
def revoke(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Make the link of `invitation` worthless; a mail that waits is not sent.

    Raises InvitationRefused if it has been accepted or revoked, or if `by` may not give the role.
    """
    invitation = lock(invitation)
    post = post_of(invitation)
    if refusal := rules.refusal_to_change_invitation(
        posts_of(by), post, accepted=invitation.accepted, revoked=invitation.revoked
    ):
        raise InvitationRefused(refusal)
    invitation.revoked = now
    invitation.save(update_fields=["revoked"])
    record("invitation.revoked", invitation, by=by, now=now, scope=post.region)
    return invitation
