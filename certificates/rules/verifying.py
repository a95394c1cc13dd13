"""What a seal in a file says to somebody who wants to know whether the file is genuine."""

from enum import StrEnum


class SealVerdict(StrEnum):
    """How the seal in a file stands to the one with which its certificate was issued."""

    REGIONS = "regions"  # unbroken, and made with the region's key
    BROKEN = "broken"  # made with the region's key, but something was changed afterwards
    STRANGE = "strange"  # made by somebody else
    MISSING = "missing"  # the certificate was issued with a seal, the file has none


def judge_seal(*, found: str | None, unbroken: bool, expected: str | None) -> SealVerdict | None:
    """Compare the key of the seal in a file with the one that sealed the certificate, both as fingerprints.

    None is a file, or a certificate, without a seal; and the verdict on neither having one. Names are not asked:
    anyone can make a key in any name.
    """
    if found is None:
        return SealVerdict.MISSING if expected else None
    if found != expected:
        return SealVerdict.STRANGE
    return SealVerdict.REGIONS if unbroken else SealVerdict.BROKEN
