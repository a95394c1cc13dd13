"""The region's electronic seal on a certificate's PDF: who made it, and that nothing in it was changed (PAdES)."""

from certificates.sealing.keys import SealUnavailable, problems
from certificates.sealing.sealing import Sealed, SealMisfits, seal

__all__ = ["SealMisfits", "SealUnavailable", "Sealed", "problems", "seal"]
