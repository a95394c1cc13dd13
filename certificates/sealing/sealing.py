"""Sealing a PDF, and putting a seal that was kept into the same PDF again."""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms

from certificates.sealing.blank import blank
from certificates.sealing.keys import key_of
from certificates.sealing.signing import room_for, sign


class SealMisfits(Exception):  # noqa: N818 -- it is an answer, not a fault
    """The kept seal is not one of this PDF: its bytes have changed since, and it must be sealed anew."""


@dataclass(frozen=True)
class Sealed:
    """A PDF with its seal. `signature` makes the same file again; None means that the region has no seal."""

    pdf: bytes
    signature: bytes | None


def seal(pdf: bytes, *, region_code: str, at: datetime, kept: bytes | None = None) -> Sealed:
    """Return `pdf` with the region's seal, made at `at`, or as it is if the region has none.

    With `kept`, a former call's `signature`, and the former `at` the same `pdf` becomes the same file again, without a
    key; raises SealMisfits if `pdf` is another by now. Otherwise two calls make two seals: keep the one that counts.
    Takes a few milliseconds, and the time stamp service's time if one is set. Raises SealUnavailable.
    """
    if kept is not None:
        form = blank(pdf, at=at, room=len(kept))
        if _digest_in(kept) != form.digest:
            raise SealMisfits
        return Sealed(form.filled(kept), kept)
    key = key_of(region_code, at=at)
    if key is None:
        return Sealed(pdf, None)
    form = blank(pdf, at=at, room=room_for(key))
    signature = sign(form.digest, key).ljust(form.room, b"\0")
    return Sealed(form.filled(signature), signature)


def _digest_in(signature: bytes) -> bytes:
    """The digest that `signature` (CMS in DER, then zeros) is about."""
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    digests = [one["values"][0].native for one in signer["signed_attrs"] if one["type"].native == "message_digest"]
    return bytes(digests[0])
