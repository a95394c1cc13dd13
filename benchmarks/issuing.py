"""A thousand certificates: issued in one request, made and announced by two workers, and taken out in one ZIP file.

On a PostgreSQL of its own that waits for its disk, as in production; it and the workers, two processes without Celery,
share the machine. Memory is the largest of a worker's whole life, the libraries that it has loaded included.
"""

import resource
import time
import tracemalloc
from multiprocessing import get_context
from typing import Any

from benchmarks.place import place_of_its_own
from tests.services import SAFE

PEOPLE, MODULES, WORKERS = 1_000, 9, 2
# Workers inherit the throwaway database and what has been imported.
FORK = get_context("fork")


def main() -> None:
    """Measure and print."""
    with place_of_its_own(**SAFE):
        measure()


def measure() -> None:
    """Issue, make and take out the certificates of one cohort; print one line of figures."""
    from django.urls import reverse
    from django.utils import timezone

    from certificates import actions
    from certificates.archive import zipped
    from certificates.models import Certificate
    from messaging.models import Message
    from tests import factories

    cohort = finished_cohort()
    reverse("certificates:verify")  # a running portal has loaded its addresses
    by = factories.coordinator(cohort.region)
    began, used = time.perf_counter(), time.process_time()
    actions.issue_all(cohort=cohort, by=by, now=timezone.now())
    issued, issue_cpu = time.perf_counter(), time.process_time() - used
    make_all()
    made, workers = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    certificates = actions.export_cohort(cohort=cohort, by=by, now=timezone.now())
    if not len(certificates) == Certificate.objects.count() == Message.objects.count() == PEOPLE:
        raise SystemExit("not every certificate was made and told of once")
    tracemalloc.start()
    began_zip = time.perf_counter()
    size = sum(len(part) for part in zipped(certificates, now=timezone.now()))
    zip_seconds = time.perf_counter() - began_zip
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    pairs = {
        "issue_seconds": issued - began,
        "issue_cpu_seconds": issue_cpu,
        "make_seconds": made - issued,
        "make_cpu_ms_each": (workers.ru_utime + workers.ru_stime) / PEOPLE * 1000,
        "worker_mb": workers.ru_maxrss / 1024,
        "zip_seconds": zip_seconds,
        "zip_mb": size / 1e6,
        "zip_memory_mb": peak / 1e6,
    }
    print(" ".join(f"{name}={value:.1f}" for name, value in pairs.items()))


def finished_cohort() -> Any:
    """One of a thousand people who have attended everything, all from one municipality without a manager."""
    from datetime import timedelta

    from sessions.models import Attendance
    from tests import factories

    programme = factories.ProgrammeFactory(modules=MODULES)
    first = factories.TODAY - timedelta(weeks=4 * MODULES)
    cohort = factories.CohortFactory(programme=programme, sessions=first, capacity=PEOPLE)
    place = factories.MunicipalityFactory(region=cohort.region)
    enrolments = factories.EnrolmentFactory.create_batch(PEOPLE, cohort=cohort, municipality=place)
    Attendance.objects.bulk_create(
        factories.AttendanceFactory.build(session=session, participant=enrolment.participant)
        for session in cohort.sessions.all()
        for enrolment in enrolments
    )
    return cohort


def make_all() -> None:
    """Let the workers make what waits."""
    from django.db import connections

    connections.close_all()  # a connection is one process's
    workers = [FORK.Process(target=work) for _worker in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def work() -> None:
    """As a worker does it."""
    from django.utils import timezone

    from certificates import actions

    while actions.render_batch(clock=timezone.now):
        pass


if __name__ == "__main__":
    main()
