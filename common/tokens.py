"""Secrets in links: derived, so that a link can be shown and sent again, while the database holds only a hash."""

import hashlib
from base64 import urlsafe_b64encode
from uuid import UUID

from django.utils.crypto import salted_hmac

TOKEN_BYTES = 16  # 128 bits


def derive(purpose: str, *, key: UUID, nonce: UUID) -> str:
    """Return the token of the row with `key`: 22 characters that are safe in a URL.

    It comes from SECRET_KEY, so that the database alone opens nothing. A new nonce makes a new token, and so does a
    new SECRET_KEY: links that were sent keep working by their stored hash, but can't be shown again.
    """
    digest = salted_hmac(purpose, f"{key}:{nonce}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()


def derive_digits(purpose: str, *, key: UUID, length: int) -> str:
    """Return the code of the row with `key`, for people who type it: so many digits, from SECRET_KEY.

    Nothing of it need be stored: a hash of so few digits is found out by trying them all.
    """
    digest = salted_hmac(purpose, str(key), algorithm="sha256").digest()
    return f"{int.from_bytes(digest) % 10**length:0{length}}"


def hash_of(token: str) -> str:
    """Return what the database keeps of `token`."""
    return hashlib.sha256(token.encode()).hexdigest()
