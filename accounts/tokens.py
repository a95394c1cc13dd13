"""The secrets in messages: one that is tried again carries the same (common/tokens.py)."""

from typing import TYPE_CHECKING

from accounts.rules import CODE_DIGITS
from common.tokens import derive, derive_digits, hash_of

if TYPE_CHECKING:
    from accounts.models import Invitation, MobileCode

__all__ = ["code_of", "hash_of", "token_of"]


def token_of(invitation: "Invitation") -> str:
    """Return the token for the link; a new nonce makes a new one and ends the old."""
    return derive("accounts.invitation", key=invitation.pk, nonce=invitation.nonce)


def code_of(sent: "MobileCode") -> str:
    """Return the digits that were sent to a number."""
    return derive_digits("accounts.mobile", key=sent.pk, length=CODE_DIGITS)
