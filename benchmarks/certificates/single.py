"""Ours one at a time, with fonts and style sheet read, as in a worker, but of a programme that has no layout yet."""

import os

from benchmarks.certificates.measuring import one_by_one
from certificates.document import CertificateDocument
from certificates.pdf import press, render


def measure() -> dict[str, float]:
    """Return CPU milliseconds and size of one."""
    return one_by_one(_first_of_its_programme, count=15, tagged=True)


def _first_of_its_programme(issued: CertificateDocument) -> bytes:
    press._press(os.getpid())._master.cache_clear()
    return render(issued)
