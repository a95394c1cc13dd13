"""All ways, each in a process of its own; with the name of one, that one here, its figures as JSON."""

import json
import os
import subprocess
import sys
from importlib import import_module

import django

WAYS = ("naive", "single", "reportlab", "typst", "ours", "memory")


def main() -> None:
    """Measure all ways and print how they compare."""
    found = {way: _in_a_process_of_its_own(way) for way in WAYS}
    for way, figures in found.items():
        print(f"{way:10}", *(f"{name}={value:,.2f}" for name, value in figures.items()))
    ours, naive = found["ours"]["ms"], found["naive"]["ms"]
    print(f"single_vs_naive={naive / found['single']['ms']:.2f}")
    print("memory", *(f"{name}={value:.1f}" for name, value in found["memory"].items()))
    print(*(f"ours_vs_{other}={found[other]['ms'] / ours:.1f}" for other in ("naive", "reportlab", "typst")))


def _in_a_process_of_its_own(way: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.certificates", way]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(result.stderr)
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def measure_here(way: str) -> None:
    """Measure one way on one core and print its figures."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "introprogram.settings")
    os.environ["ENVIRONMENT"] = "test"
    django.setup()
    print(json.dumps(import_module(f"benchmarks.certificates.{way}").measure()))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure_here(sys.argv[1])
    else:
        main()
