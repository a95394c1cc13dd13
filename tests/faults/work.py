"""Work for processes that a test may kill, and who must have been told when it is done."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from django.utils import timezone

from certificates.actions import issue_all
from participants.actions import confirm_import, start_import
from participants.importing.plan import plan_of
from participants.models import Enrolment
from tests.certificates.people import finished_cohort, qualified
from tests.factories import CohortFactory, MunicipalityFactory, ProgrammeFactory, coordinator, manager
from tests.faults import jobs
from tests.faults.oracle import Expected
from tests.faults.postcards import queue_postcards
from tests.faults.processes import Job
from tests.participants.files import rows, xlsx


class Work(NamedTuple):
    """What is to be done, and who must have been told when it is."""

    job: Job
    expected: Callable[[], Expected]


def postcards(count: int) -> Work:
    """Messages that are due."""
    queued = queue_postcards(count)
    return Work(jobs.send, lambda: queued)


def certificates_to_issue(count: int) -> Work:
    """For a cohort whose people have earned them."""
    municipality = MunicipalityFactory()
    boss = manager(municipality)
    cohort = finished_cohort(programme=ProgrammeFactory(region=municipality.region, modules=2), capacity=count)
    people = [qualified(cohort, municipality=municipality).participant.email for _number in range(count)]
    expected = Expected({("certificate.ready", email): 1 for email in people})
    expected["certificate.ready_manager", boss.email] = count
    by = coordinator(municipality.region)
    return Work(partial(issue_all, cohort=cohort, by=by, now=timezone.now()), lambda: expected)


def certificates_to_render(count: int) -> Work:
    """Of issued certificates."""
    issuing = certificates_to_issue(count)
    issuing.job()
    return issuing._replace(job=jobs.render_pending)


def a_list_of(count: int) -> Work:
    """A confirmed list of so many new people; there are two seats."""
    today, now = timezone.localdate(), timezone.now()
    municipality = MunicipalityFactory()
    boss = manager(municipality)
    cohort = CohortFactory(
        programme__region=municipality.region,
        programme__modules=2,
        capacity=2,
        applications_open=today - timedelta(days=1),
        applications_close=today + timedelta(days=20),
        sessions=today + timedelta(days=50),
        published=now - timedelta(days=1),
    )
    upload = start_import(
        cohort=cohort, municipality=municipality, filename="nya.xlsx", content=xlsx(*rows(count)), by=boss, now=now
    )
    confirm_import(upload=upload, seen=plan_of(upload, by=boss, now=now).fingerprint, by=boss, now=now)

    def expected() -> Expected:
        welcomed = Enrolment.objects.seated().values_list("participant__email", flat=True)
        assert (len(welcomed), Enrolment.objects.count()) == (2, count)
        told = Expected({("welcome", email): 1 for email in welcomed})
        return told + Expected({("import.confirmed", boss.email): 1})

    return Work(jobs.carry_out_imports, expected)
