"""What a PDF that somebody has sent says of itself: whose certificate it claims to be, and by whom it is sealed."""

import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from asn1crypto import cms
from pyhanko.sign.general import extract_certificate_info

from certificates.sealing import child
from certificates.sealing.blank import written
from common.apart import read_apart


@dataclass(frozen=True)
class Seal:
    """A seal in a file. `made_by` is a name that anyone can give herself; `fingerprint` tells whose key it was.

    `unbroken` is about all but the room for the signature, which no digest covers: `is_exactly` tells of that.
    """

    made_by: str
    fingerprint: str
    room: str
    unbroken: bool

    def is_exactly(self, signature: bytes) -> bool:
        """Whether a kept `signature`, and nothing else, stands in its room: not a bit more behind or in it."""
        return self.room == hashlib.sha256(written(signature)).hexdigest()


@dataclass(frozen=True)
class Examined:
    """The number and code in the file's link, both "" if it has none, and its seal."""

    number: str
    code: str
    seal: Seal | None


def examine(pdf: bytes) -> Examined:
    """Read a file that may be anything, in a process of its own, in about a second.

    Raises common.apart.Unreadable with the code not_a_pdf, encrypted, broken or too_large.
    """
    said = read_apart(child.__file__, pdf, seconds=child.SECONDS)
    number, code = _number_and_code(said["address"])
    return Examined(number=number, code=code, seal=Seal(**said["seal"]) if said["seal"] else None)


def _number_and_code(address: str) -> tuple[str, str]:
    """What a link asks about, both "" if it is no address or asks what nobody could type."""
    try:
        query = parse_qs(urlsplit(address).query)
    except ValueError:  # such as an unclosed [ before the path
        return "", ""
    number, code = (query.get(name, [""])[0] for name in ("nummer", "kod"))
    return (number, code) if number.isprintable() and code.isprintable() else ("", "")


def fingerprint_of(signature: bytes) -> str:
    """Return the SHA-256 of the certificate with which a kept `signature` was made."""
    signed = cms.ContentInfo.load(signature)["content"]
    return hashlib.sha256(extract_certificate_info(signed).signer_cert.dump()).hexdigest()
