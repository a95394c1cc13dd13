"""A list of new hires: how long its preview takes, and how long confirming holds the cohort, beside row by row.

On a PostgreSQL of its own, as the tests; TEST_DATABASE=sqlite takes SQLite. Times are of the wall clock: run it on a
machine that does nothing else.
"""

import time
from typing import Any

from benchmarks.place import place_of_its_own

PREVIEWED = 1_000
CONFIRMED = (1_000, 5_000)
ROW_BY_ROW = 1_000


def main() -> None:
    """Measure and print."""
    with place_of_its_own():
        measure()


def measure() -> None:
    """Preview, confirm and carry out lists; then enrol as many people one by one; print one line of figures."""
    pairs = {"preview_1000_seconds": uploaded(PREVIEWED)[2]}
    for rows in CONFIRMED:
        upload, actor, _preview = uploaded(rows)
        pairs[f"confirm_{rows}_seconds"] = carried_out(upload, actor)
    pairs["row_by_row_1000_seconds"] = one_by_one(ROW_BY_ROW)
    pairs["times_quicker"] = pairs["row_by_row_1000_seconds"] / pairs["confirm_1000_seconds"]
    print(" ".join(f"{name}={value:.2f}" for name, value in pairs.items()))


def uploaded(rows: int) -> tuple[Any, dict[str, Any], float]:
    """An Excel file of so many people, read and planned; who did it, and the seconds from the file to the preview."""
    from participants.actions import start_import
    from participants.importing.plan import plan_of
    from tests import factories
    from tests.participants import files

    cohort = factories.CohortFactory(capacity=rows // 2)
    municipality = factories.MunicipalityFactory(region=cohort.region)
    actor: dict[str, Any] = {"by": factories.manager(municipality), "now": factories.NOW}
    content = files.xlsx(*(files.row(number, email=f"{cohort.pk.hex}{number}@example.org") for number in range(rows)))
    began = time.perf_counter()
    upload = start_import(cohort=cohort, municipality=municipality, filename="nya.xlsx", content=content, **actor)
    plan_of(upload, **actor)
    return upload, actor, time.perf_counter() - began


def carried_out(upload: Any, actor: dict[str, Any]) -> float:
    """Seconds in which a worker holds the cohort's lock."""
    from participants.actions import carry_out_import, confirm_import
    from participants.importing.plan import plan_of

    upload = confirm_import(upload=upload, seen=plan_of(upload, **actor).fingerprint, **actor)
    began = time.perf_counter()
    carry_out_import(upload=upload, now=actor["now"])
    return time.perf_counter() - began


def one_by_one(count: int) -> float:
    """Seconds for the same people in one transaction, stored one after the other, as lists were until now."""
    from django.db import transaction

    from participants.actions.enrol import place
    from participants.actions.seats import lock_seats
    from participants.importing.plan import plan_of

    upload, actor, _preview = uploaded(count)
    began = time.perf_counter()
    with transaction.atomic():
        seats = lock_seats(upload.cohort, now=actor["now"])
        upload.cohort = seats.cohort
        for row in plan_of(upload, **actor).to_enrol:
            if row.assessment:
                place(row.assessment, seats=seats, applied=actor["now"], by=actor["by"])
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
