"""What anyone is told who has a certificate's number and code, or its file. Public: nothing here needs a log-in."""

from dataclasses import dataclass

from certificates.files import sha256
from certificates.models import Certificate
from certificates.rules.issuing import code_as_typed, number_as_typed
from certificates.rules.verifying import SealVerdict, judge_seal
from certificates.sealing import examine, fingerprint_of
from common.crowding import one_of

AT_ONCE = 4  # processes that each may take 0.8 GB (sealing/child.py)


@dataclass(frozen=True)
class FileAnswer:
    """What is known of a file. `certificate` is the one that it is, or claims to be, None if that isn't ours.

    `genuine`: the region issued exactly this. `sealed_by` is what the maker of its seal calls herself.
    """

    certificate: Certificate | None
    genuine: bool
    seal: SealVerdict | None = None
    sealed_by: str = ""


def find_file(content: bytes) -> FileAnswer:
    """Say what `content` is. A file that was issued is known at once; any other is read, which takes a second.

    What the file says of itself is believed no more than what somebody types: it takes number and code.
    Raises common.apart.Unreadable, and common.crowding.Crowded while AT_ONCE others are read on this machine.
    """
    if certificate := Certificate.objects.with_file(sha256(content)):
        return FileAnswer(certificate, genuine=True)
    with one_of(AT_ONCE, "verify_file"):
        said = examine(content)
    certificate = Certificate.objects.find(number=number_as_typed(said.number), code=code_as_typed(said.code))
    kept = bytes(certificate.seal) if certificate and certificate.seal else None
    verdict = judge_seal(
        found=said.seal.fingerprint if said.seal else None,
        unbroken=bool(said.seal and kept and said.seal.unbroken and said.seal.is_exactly(kept)),
        expected=fingerprint_of(kept) if kept else None,
    )
    return FileAnswer(
        certificate,
        genuine=verdict == SealVerdict.REGIONS,
        seal=verdict,
        sealed_by=said.seal.made_by if said.seal else "",
    )
