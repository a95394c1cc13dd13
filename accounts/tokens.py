"""The secret in an invitation's link.

It is derived from SECRET_KEY, the invitation and its nonce, so that a mail which is sent again carries the same
link, while the database holds nothing that opens it. A new nonce makes a new link and ends the old one.
"""

import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from accounts.models import Invitation

TOKEN_BYTES = 16  # 128 bits


def token_of(invitation: "Invitation") -> str:
    """Return the token for the link: 22 characters that are safe in a URL."""
    digest = salted_hmac("accounts.invitation", f"{invitation.pk}:{invitation.nonce}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """Return what the database keeps of `token`."""
    return hashlib.sha256(token.encode()).hexdigest()
