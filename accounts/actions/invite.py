"""Inviting a colleague."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import rules
from accounts.actions.posts import post_of, posts_of
from accounts.exceptions import InvitationRefused
from accounts.messages import invitation_draft
from accounts.models import Invitation, RoleAssignment, User
from accounts.tokens import hash_of, token_of
from audit.actions import record
from messaging.actions import queue
from regions.models import Municipality, Region


@transaction.atomic
def invite(
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: str,
    language: str,
    by: User,
    now: datetime,
    region: Region | None = None,
    municipality: Municipality | None = None,
) -> Invitation:
    """Invite a person to `role` in `region` or `municipality` (neither for an administrator) by a link in a mail.

    The link works once and for seven days. Raises InvitationRefused with a reason that can be shown, also when
    somebody else invites the same person at the same moment.
    """
    email = email.strip().lower()
    user = User.objects.by_email(email)
    pending = Invitation.objects.pending().filter(
        email__iexact=email, role=role, region=region, municipality=municipality
    )
    invitation = Invitation(
        email=email,
        first_name=first_name,
        last_name=last_name,
        role=role,
        region=region,
        municipality=municipality,
        language=language,
        expires=now + rules.LIFETIME,
        invited_by=by,
    )
    post = post_of(invitation)
    if refusal := rules.refusal_to_invite(
        posts_of(by),
        post,
        already_holds=RoleAssignment.objects.filter(
            user__email__iexact=email, role=role, region=region, municipality=municipality
        ).exists(),
        already_invited=pending.open(now=now).exists(),
        disabled=user is not None and not user.is_active and _is_seen(user, by),
    ):
        raise InvitationRefused(refusal)
    pending.filter(expires__lte=now).update(revoked=now)
    invitation.token_hash = hash_of(token_of(invitation))
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise InvitationRefused(rules.reason_already_invited()) from error
    record(
        "invitation.sent",
        invitation,
        by=by,
        now=now,
        scope=post.region,
        after={"email": email, "role": role, "place": str(invitation.place or "")},
    )
    queue([invitation_draft(invitation, now=now)])
    return invitation


def _is_seen(user: User, by: User) -> bool:
    """Whether `by` sees any role of `user`, and so knows that she is there."""
    return RoleAssignment.objects.visible_to(by).filter(user=user).exists()
