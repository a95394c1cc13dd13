"""References that people read to each other over the telephone."""

import secrets

# Crockford's base 32: no I, L, O or U, which are taken for 1, 0 and V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6


def new_reference() -> str:
    """Return six random characters: a thousand million references, so that two alike are hardly ever drawn."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
