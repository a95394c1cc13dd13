"""References that people read to each other over the telephone."""

import secrets

# Crockford's base 32: no I, L, O or U, which are taken for 1, 0 and V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8


def new_reference() -> str:
    """Return eight random characters, of which there are a million million: nobody looks whether one is taken.

    Among a hundred thousand enrolments one in ten million draws strikes, and the constraint keeps it out.
    """
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
