"""The secret in an invitation's link: a mail that is sent again carries the same one (common/tokens.py)."""

from typing import TYPE_CHECKING

from common.tokens import derive, hash_of

if TYPE_CHECKING:
    from accounts.models import Invitation

__all__ = ["hash_of", "token_of"]


def token_of(invitation: "Invitation") -> str:
    """Return the token for the link; a new nonce makes a new one and ends the old."""
    return derive("accounts.invitation", key=invitation.pk, nonce=invitation.nonce)
