"""The board of 100 cohorts, a cohort's page and a register, each beside a bare Django view of the same data.

A bare view has the same middleware, log-in and rows, and no layout, filter, search for clashes or translation of what
it says. Queries are counted, processor time is the median of several requests, kilobytes are of the HTML alone.
"""

import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks.place import place_of_its_own

COHORTS, SESSIONS, PEOPLE = 100, 9, 30
WARM_UPS, REQUESTS = 3, 15
QUERIES = 12
# Kilobytes, gzipped.
BUDGETS = {"board": 25, "cohort": 15, "register": 15}


@dataclass(frozen=True)
class Measured:
    """What one page costs: `cpu` in milliseconds, sizes in bytes."""

    queries: int
    cpu: float
    raw: int
    gzipped: int

    def __str__(self) -> str:
        return f"{self.queries:>8}{self.cpu:>9.1f}{self.raw / 1000:>9.1f}{self.gzipped / 1000:>9.1f}"


def main() -> None:
    """Measure and print."""
    with place_of_its_own():
        from django.test import Client, override_settings
        from django.urls import reverse

        user, cohort, session = fill()
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        with override_settings(ROOT_URLCONF="benchmarks.bare"):
            addresses = {
                "board": (reverse("sessions:board"), reverse("bare_board")),
                "cohort": (reverse("sessions:cohort", args=[cohort.pk]), reverse("bare_cohort", args=[cohort.pk])),
                "register": (
                    reverse("sessions:register", args=[session.pk]),
                    reverse("bare_register", args=[session.pk]),
                ),
            }
            report({name: tuple(measure(client.get, page) for page in pair) for name, pair in addresses.items()})


def report(found: dict[str, tuple[Measured, ...]]) -> None:
    """Print the table, and the pairs."""
    print(f"{COHORTS} cohorts × {SESSIONS} sessions × {PEOPLE} people; median of {REQUESTS} requests")
    print(f"{'':18}{'queries':>8}{'CPU ms':>9}{'kB':>9}{'kB gzip':>9}{'budget':>20}")
    pairs: dict[str, float] = {}
    for name, (ours, bare) in found.items():
        kept = ours.queries <= QUERIES and ours.gzipped <= BUDGETS[name] * 1000
        budget = f"{QUERIES}, {BUDGETS[name]} kB: {'kept' if kept else 'BROKEN'}"
        print(f"{name:18}{ours}{budget:>20}")
        print(f"{'  bare Django':18}{bare}")
        pairs |= {
            f"{name}_queries": ours.queries,
            f"{name}_gzip_kb": ours.gzipped / 1000,
            f"{name}_cpu_ms": ours.cpu,
            f"{name}_cpu_to_bare": ours.cpu / bare.cpu,
            f"{name}_gzip_to_bare": ours.gzipped / bare.gzipped,
        }
    print(" ".join(f"{name}={value:.2f}" for name, value in pairs.items()))


def measure(get: Callable[..., Any], address: str) -> Measured:
    """Get `address` again and again, on one connection, in this process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM_UPS):
        response = get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}")
    with CaptureQueriesContext(connection) as captured:
        get(address)
    queries = len(captured)
    times = []
    for _ in range(REQUESTS):
        began = time.process_time()
        response = get(address)
        times.append((time.process_time() - began) * 1_000)
    return Measured(queries, statistics.median(times), len(response.content), len(gzip.compress(response.content, 6)))


def fill() -> tuple[Any, Any, Any]:
    """A region in the middle of its year; return its coordinator, a cohort half-way, and a session to mark."""
    from django.utils import timezone

    from cohorts.models import Cohort
    from participants.models import Employment, Enrolment, Participant
    from sessions.models import Attendance, CohortSession
    from tests import factories

    region = factories.RegionFactory()
    programme = factories.ProgrammeFactory(region=region, modules=SESSIONS)
    municipality = factories.MunicipalityFactory(region=region)
    venues = factories.VenueFactory.create_batch(25, region=region, seats=40)
    lecturers = factories.LecturerFactory.create_batch(25, region=region)
    Cohort.objects.bulk_create(factories.CohortFactory.build_batch(COHORTS, programme=programme, capacity=PEOPLE))
    cohorts, modules, today = list(Cohort.objects.all()), list(programme.modules.all()), timezone.localdate()
    sessions = CohortSession.objects.bulk_create(
        factories.CohortSessionFactory.build(
            cohort=cohort,
            module=module,
            # Half of them past; on working days, several at a time
            day=today + timedelta(days=28 * step - 126 + number % 28),
            venue=venues[(number // 4 + step) % 25],
        )
        for number, cohort in enumerate(cohorts)
        for step, module in enumerate(modules)
    )
    CohortSession.lecturers.through.objects.bulk_create(
        CohortSession.lecturers.through(cohortsession=session, lecturer=lecturers[number % 25])
        for number, session in enumerate(sessions)
    )
    people = Participant.objects.bulk_create(factories.ParticipantFactory.build_batch(COHORTS * PEOPLE, region=region))
    employments = Employment.objects.bulk_create(
        factories.EmploymentFactory.build(participant=person, municipality=municipality) for person in people
    )
    places = {cohort.pk: people[number * PEOPLE : (number + 1) * PEOPLE] for number, cohort in enumerate(cohorts)}
    Enrolment.objects.bulk_create(
        factories.EnrolmentFactory.build(
            cohort=cohorts[number // PEOPLE],
            participant=employment.participant,
            employment=employment,
            municipality=municipality,
        )
        for number, employment in enumerate(employments)
    )
    now = timezone.now()
    Attendance.objects.bulk_create(
        factories.AttendanceFactory.build(session=session, participant=person)
        for session in sessions
        if session.ends < now
        for person in places[session.cohort_id]
    )
    held = max((session for session in sessions if session.ends < now), key=lambda session: session.starts)
    return factories.coordinator(region), held.cohort, held


if __name__ == "__main__":
    main()
