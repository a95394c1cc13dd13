"""Short words for what somebody saw, to tell whether it is still so when she saves."""

import hashlib


def fingerprint(seen: object) -> str:
    """Return the same word for what has the same `repr`, and another for anything else."""
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]
