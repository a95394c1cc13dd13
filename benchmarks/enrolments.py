"""Many managers enrol at once: our row lock beside the usual ways, and a list of 1,000 people.

The usual ways are count-then-insert, which overbooks, and the same as serializable transactions that are tried again
when the database finds that they can't have come one after the other (PostgreSQL only).

On a PostgreSQL of its own, as the tests; TEST_DATABASE=sqlite takes SQLite, whose single writer hides what the lock
is for.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from benchmarks.place import place_of_its_own

THREADS = 10
APPLICANTS = 100
SEATS = 20
ROWS = 1_000


def main() -> None:
    """Measure and print."""
    with place_of_its_own():
        measure()


def measure() -> None:
    """Run each way of enrolling, then the import, and print the table and the pairs."""
    from django.db import connection

    print(f"{APPLICANTS} people for {SEATS} seats, {THREADS} at a time, on {connection.vendor}")
    print(f"{'':22}{'enrolments/s':>14}{'of ours':>11}{'95 % within':>14}{'seated':>9}{'overbooked':>12}")
    pairs: dict[str, float] = {}
    ways = {"lock": enrol_with_lock, "naive": enrol_without_lock}
    if connection.vendor == "postgresql":
        ways["serializable"] = enrol_serializably
    labels = {"lock": "row lock (ours)", "naive": "count, then insert", "serializable": "serializable, retried"}
    for name, way in ways.items():
        rate, patience, seated = crowd(way)
        pairs |= {f"{name}_per_second": rate, f"{name}_p95_ms": patience, f"{name}_overbooked": max(0, seated - SEATS)}
        times_ours = rate / pairs["lock_per_second"]
        print(
            f"{labels[name]:22}{rate:>14.1f}{times_ours:>11.2f}{patience:>11.0f} ms"
            f"{seated:>9}{max(0, seated - SEATS):>12}"
        )
    preview, confirmation = import_list()
    print(f"\n{ROWS} rows of an Excel file: {preview:.2f} s to the preview, {confirmation:.2f} s to enrol them")
    pairs |= {"preview_seconds": preview, "confirm_seconds": confirmation}
    print(" ".join(f"{name}={value:.2f}" for name, value in pairs.items()))


def crowd(way: Callable[..., object]) -> tuple[float, float, int]:
    """Let everyone apply `way`; return enrolments per second, the time within which 95 % were done, seats taken."""
    from django.db import connection

    from participants.models import Enrolment
    from tests import factories
    from tests.participants.people import person

    cohort = factories.CohortFactory(capacity=SEATS)
    municipality = factories.MunicipalityFactory(region=cohort.region)
    manager = factories.manager(municipality)

    def apply(numbers: range) -> list[float]:
        """One after the other on one connection, as a web server's thread does."""
        times = []
        for number in numbers:
            began = time.perf_counter()
            applicant = person(municipality, email=f"p{number}@example.org")
            way(cohort=cohort, person=applicant, by=manager, now=factories.NOW)
            times.append(time.perf_counter() - began)
        connection.close()
        return times

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        shares = pool.map(apply, (range(first, APPLICANTS, THREADS) for first in range(THREADS)))
        times = sorted(chain.from_iterable(shares))
    rate = APPLICANTS / (time.perf_counter() - began)
    seated = Enrolment.objects.filter(cohort=cohort).seated().count()
    return rate, times[int(len(times) * 0.95)] * 1_000, seated


def enrol_with_lock(**applicant: Any) -> None:
    """Our action."""
    from participants.actions import enrol

    enrol(**applicant)


def enrol_without_lock(*, cohort: Any, person: Any, by: Any, now: Any) -> None:
    """The same statements in the same transaction, but for the lock on the cohort."""
    from django.db import transaction

    from common.clock import local_date
    from messaging.actions import queue
    from participants.actions.enrol import place
    from participants.actions.seats import LockedSeats
    from participants.assessment import assess
    from participants.messages import enrolments as messages
    from participants.seating import seats_of

    with transaction.atomic():
        unlocked = LockedSeats(cohort, seats_of(cohort, today=local_date(now)), now)
        [assessment] = assess(cohort, [person], by=by, now=now, seats=unlocked.seats)
        enrolment = place(assessment, seats=unlocked, applied=now, by=by)
        queue(messages.about_status(enrolment, now=now))


def enrol_serializably(**applicant: Any) -> None:
    """Count, then insert, in a transaction that the database lets pass only as if it were alone; else again."""
    from django.db import OperationalError, connection, transaction

    while True:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                enrol_without_lock(**applicant)
        except OperationalError:
            continue
        return


def import_list() -> tuple[float, float]:
    """Seconds from upload to preview, and from confirmation to result."""
    from participants.actions import carry_out_import, confirm_import, start_import
    from participants.importing.plan import plan_of
    from tests import factories
    from tests.participants import files

    cohort = factories.CohortFactory(capacity=25)
    municipality = factories.MunicipalityFactory(region=cohort.region)
    manager = factories.manager(municipality)
    actor: dict[str, Any] = {"by": manager, "now": factories.NOW}
    content = files.xlsx(*files.rows(ROWS))
    began = time.perf_counter()
    upload = start_import(cohort=cohort, municipality=municipality, filename="nya.xlsx", content=content, **actor)
    plan = plan_of(upload, **actor)
    shown = time.perf_counter()
    confirm_import(upload=upload, seen=plan.fingerprint, **actor)
    carry_out_import(upload=upload, now=factories.NOW)
    return shown - began, time.perf_counter() - shown


if __name__ == "__main__":
    main()
