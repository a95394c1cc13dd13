"""Reads one PDF in a process of its own: `python -I child.py < file` says whose certificate it claims to be.

Anyone may send a file to be checked, so this process has little memory and time, no environment, no database and no
Django (common.apart). It answers {"address": where it says that it can be checked, or "", "seal": what is known of
its first signature, or null}, or the code of what is wrong with it.
"""

import hashlib
import io
import sys
from pathlib import Path
from typing import Any

MEMORY = 768 * 1024 * 1024
SECONDS = 10
PAGES = 20
LONGEST = 300  # characters of an address or a name

ADDRESS_OF_OURS = "/kontrollera/?"


class Unreadable(Exception):  # noqa: N818 -- it is an answer, not a fault
    """The file can't be read; the argument is the code of the reason."""


def read(content: bytes) -> dict[str, Any]:
    """What the file says of itself. Raises Unreadable."""
    if b"%PDF-" not in content[:1024]:
        raise Unreadable("not_a_pdf")
    return {"address": address_in(content), "seal": seal_in(content)}


def address_in(content: bytes) -> str:
    """The first link to a page that verifies certificates. Raises Unreadable if the file is encrypted."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            for page in document.pages[:PAGES]:
                for annotation in page.obj.get("/Annots", []):
                    address = str(annotation.get("/A", pikepdf.Dictionary()).get("/URI", ""))[:LONGEST]
                    if ADDRESS_OF_OURS in address:
                        return address
    except pikepdf.PasswordError as error:
        raise Unreadable("encrypted") from error
    return ""


def seal_in(content: bytes) -> dict[str, Any] | None:
    """Who sealed the file, and whether nothing in it has been changed since; None if there is no seal.

    Whom to trust is not asked here: anyone can make a certificate with any name. `fingerprint` (SHA-256 of the
    certificate) tells. `room` is the SHA-256 of what stands in the room for the signature.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    if b"/ByteRange" not in content:
        return None
    try:
        seal = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
        certificate = seal.signer_cert
        known = {
            "made_by": name_of(certificate),
            "fingerprint": hashlib.sha256(certificate.dump()).hexdigest(),
            "room": hashlib.sha256(room_in(content, seal.byte_range)).hexdigest(),
        }
    except MemoryError:
        raise
    except Exception:  # it says that it is sealed, and can't be read
        return {"made_by": "", "fingerprint": "", "room": "", "unbroken": False}
    try:
        status = validate_pdf_signature(seal, ValidationContext(trust_roots=[], allow_fetching=False))
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        return known | {"unbroken": bool(status.intact and status.valid and whole)}
    except MemoryError:
        raise
    except Exception:
        return known | {"unbroken": False}


def name_of(certificate: Any) -> str:
    """The organisation for which a certificate was issued, else whatever it is called."""
    subject = certificate.subject.native
    name = str(subject.get("organization_name") or subject.get("common_name") or certificate.subject.human_friendly)
    return "".join(character for character in name if character.isprintable())[:LONGEST]


def room_in(content: bytes, byte_range: Any) -> bytes:
    """What stands in the room for the signature: as no digest covers it, it has to be compared."""
    _, first, second, _ = (int(place) for place in byte_range)
    return content[first:second]


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[2]))  # -I leaves the project out
    from common.child import answer

    answer(read, *sys.argv[1:], refusal=Unreadable, memory=MEMORY, seconds=SECONDS)
