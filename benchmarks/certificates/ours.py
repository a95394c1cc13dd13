"""A batch of a thousand, and a cohort of thirty, each from nothing."""

from benchmarks.certificates.measuring import ROUNDS, check, milliseconds
from benchmarks.certificates.people import COHORT, documents
from certificates.pdf import press, render_all

BATCH = 1_000


def measure() -> dict[str, float]:
    """Return CPU milliseconds of one in a batch and in a cohort, and its size."""
    made = [pdf for pdf in render_all(documents(COHORT)) if isinstance(pdf, bytes)]
    for pdf, issued in zip(made, documents(COHORT), strict=True):
        check(pdf, issued, tagged=True)
    return {"ms": _cold(BATCH), "ms_in_a_cohort": _cold(COHORT), "kB": len(made[0]) / 1000}


def _cold(count: int) -> float:
    issued = list(documents(count))
    rounds = []
    for _ in range(ROUNDS):
        press._press.cache_clear()
        rounds.append(milliseconds(lambda: list(render_all(issued)), count))
    return min(rounds)
