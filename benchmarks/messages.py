"""1,000 reminders that are due at once, to a mail server on the loopback interface: one worker, two, and the naive way.

The naive way selects what is queued, sends it over one connection and marks it as sent: what a killed worker had sent
but not marked is sent twice, and two workers send everything twice. The mails are the same: a text, an HTML part and a
calendar file. Dwell is the time from when a message is due until it is handed over.

On a PostgreSQL of its own, as the tests, which doesn't wait for its disk; it, the mail server and the workers share the
machine.
"""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

from benchmarks.place import place_of_its_own

MESSAGES, PEOPLE = 1_000, 25
ENOUGH = timedelta(minutes=10)
# Workers inherit the throwaway database and what has been imported.
FORK = get_context("fork")
BEGAN = time.perf_counter()


def main() -> None:
    """Measure and print."""
    with place_of_its_own(), mail_server() as accepted:
        measure(accepted)


def measure(accepted: Callable[[], int]) -> None:
    """Send the same reminders in each way, and print the table and the pairs."""
    enrolments = fill()
    print(f"{MESSAGES} reminders, due at once")
    print(f"{'':26}{'mails/s':>9}{'seconds':>9}{'dwell p50':>11}{'p99':>9}{'CPU ms each':>13}")
    pairs: dict[str, float] = {}
    for name, label, send, workers in (
        ("naive", "select, send, mark", send_naively, 1),
        ("one", "one worker (ours)", send_safely, 1),
        ("two", "two workers (ours)", send_safely, 2),
    ):
        due = clock()
        before = accepted()
        queue_reminders(enrolments, due=due, key=name)
        seconds, cpu = run(send, workers)
        if accepted() - before != MESSAGES:
            raise SystemExit(f"{accepted() - before} mails arrived instead of {MESSAGES}")
        dwell = dwell_of(due)
        rate, middle, last = MESSAGES / seconds, dwell[MESSAGES // 2], dwell[MESSAGES * 99 // 100]
        print(f"{label:26}{rate:>9.1f}{seconds:>9.1f}{middle:>9.1f} s{last:>7.1f} s{cpu / MESSAGES * 1000:>13.1f}")
        pairs |= {f"{name}_per_second": rate, f"{name}_dwell_p50": middle, f"{name}_dwell_p99": last}
        pairs[f"{name}_cpu_ms"] = cpu / MESSAGES * 1000
    pairs |= {f"{name}_to_naive": pairs[f"{name}_per_second"] / pairs["naive_per_second"] for name in ("one", "two")}
    print(" ".join(f"{name}={value:.2f}" for name, value in pairs.items()))


def clock() -> datetime:
    """The time in a place where it is noon when the benchmark begins: at night no reminders are sent."""
    from tests import factories

    return factories.local(factories.TODAY, 12) + timedelta(seconds=time.perf_counter() - BEGAN)


def run(send: Callable[[], None], workers: int) -> tuple[float, float]:
    """Let `workers` processes `send` what is due; return the seconds that passed, and those of processor time."""
    from django.db import connections

    connections.close_all()  # a connection is one process's
    processes = [FORK.Process(target=send) for _worker in range(workers)]
    began, used = time.perf_counter(), children_cpu()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return time.perf_counter() - began, children_cpu() - used


def children_cpu() -> float:
    """Processor seconds of all workers that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def send_safely() -> None:
    """As a worker does it."""
    from messaging import actions

    actions.dispatch(clock=clock, limit=ENOUGH)


def send_naively() -> None:
    """Select, send, mark."""
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.utils import translation

    from messaging import kinds
    from messaging.choices import State
    from messaging.models import Message

    with get_connection() as connection:
        for message in Message.objects.filter(state=State.QUEUED, next_try__lte=clock()).order_by("due"):
            with translation.override(message.language):
                content = kinds.get(message.kind).render(message)
            mail = EmailMultiAlternatives(content.subject, content.text, to=[message.recipient], connection=connection)
            mail.attach_alternative(content.html, "text/html")
            for file in content.attachments:
                mail.attach(file.filename, file.content, file.content_type.partition(";")[0])
            message.handed_over = clock()
            mail.send()
            message.state = State.SENT
            message.save()


def fill() -> list[Any]:
    """Cohorts with a session that is too far off for other reminders; return the enrolments of all who take part."""
    from cohorts.models import Cohort
    from participants.models import Employment, Enrolment, Participant
    from sessions.models import CohortSession
    from tests import factories

    region = factories.RegionFactory()
    programme = factories.ProgrammeFactory(region=region)
    municipality, venue = factories.MunicipalityFactory(region=region), factories.VenueFactory(region=region)
    module, day = programme.modules.first(), factories.TODAY + timedelta(days=5)
    Cohort.objects.bulk_create(factories.CohortFactory.build_batch(MESSAGES // PEOPLE, programme=programme))
    cohorts = list(Cohort.objects.all())
    CohortSession.objects.bulk_create(
        factories.CohortSessionFactory.build(cohort=cohort, module=module, venue=venue, day=day) for cohort in cohorts
    )
    people = Participant.objects.bulk_create(factories.ParticipantFactory.build_batch(MESSAGES, region=region))
    employments = Employment.objects.bulk_create(
        factories.EmploymentFactory.build(participant=person, municipality=municipality) for person in people
    )
    Enrolment.objects.bulk_create(
        factories.EnrolmentFactory.build(
            cohort=cohorts[number // PEOPLE],
            participant=employment.participant,
            employment=employment,
            municipality=municipality,
        )
        for number, employment in enumerate(employments)
    )
    return list(Enrolment.objects.select_related("participant__user", "cohort__programme"))


def queue_reminders(enrolments: list[Any], *, due: datetime, key: str) -> None:
    """One reminder to each of them, due now."""
    from messaging.actions import queue
    from messaging.kinds import Draft
    from sessions.messages.reminder import NAME
    from sessions.models import CohortSession

    sessions = {session.cohort_id: session for session in CohortSession.objects.all()}
    queue(
        Draft.to(
            enrolment.participant,
            kind=NAME,
            key=f"{key}:{enrolment.pk}",
            due=due,
            expires=sessions[enrolment.cohort_id].starts,
            scope=enrolment.cohort.programme.region_id,
            session=sessions[enrolment.cohort_id].pk,
            revision=sessions[enrolment.cohort_id].revision,
            enrolment=enrolment.pk,
        )
        for enrolment in enrolments
    )


def dwell_of(due: datetime) -> list[float]:
    """How many seconds each of the messages that were due then waited, the shortest first."""
    from messaging.choices import State
    from messaging.models import Message

    moments = Message.objects.filter(due=due, state=State.SENT).values_list("handed_over", flat=True)
    return sorted((moment - due).total_seconds() for moment in moments if moment)


@contextmanager
def mail_server() -> Iterator[Callable[[], int]]:
    """A mail server in a process of its own, to which the settings lead; yields what tells how many mails it has."""
    from django.conf import settings

    ours, its = FORK.Pipe()
    process = FORK.Process(target=_serve, args=(its,))
    process.start()
    settings.EMAIL_BACKEND, settings.EMAIL_IN_FOLDER = "django.core.mail.backends.smtp.EmailBackend", False
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", ours.recv()

    def accepted() -> int:
        ours.send("how many?")
        return int(ours.recv())

    try:
        yield accepted
    finally:
        process.terminate()
        process.join()


def _serve(questions: Any) -> None:
    """Accept mail; say on which port, and then how many mails there are, whenever asked."""
    from tests.smtp import MailServer

    server = MailServer()
    server.start()
    questions.send(server.port)
    while questions.recv():
        questions.send(len(server.accepted))


if __name__ == "__main__":
    main()
