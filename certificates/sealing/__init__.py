"""The region's electronic seal on a certificate's PDF: who made it, and that nothing in it was changed (PAdES)."""

from certificates.sealing.examining import Examined, Seal, examine, fingerprint_of
from certificates.sealing.keys import SealUnavailable, problems, state_of
from certificates.sealing.sealing import Sealed, SealMisfits, seal

__all__ = [
    "Examined",
    "Seal",
    "SealMisfits",
    "SealUnavailable",
    "Sealed",
    "examine",
    "fingerprint_of",
    "problems",
    "seal",
    "state_of",
]
