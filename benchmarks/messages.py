"""1,000 reminders that are due at once, by a portal as in production, beside the usual way of sending mail.

PostgreSQL waits for its disk, Redis has its append-only file, a beat ticks every 30 seconds and wakes a Celery worker
that is started as in the Procfile and the compose file: one of two processes, and for comparison one of a single
process. The mail server is a process of its own; all of them share the machine. The clock of the portal shows noon,
since no reminders are sent at night.

The reminders follow from the calendar, and are due right after a tick, so that they have to wait for the next one.
Dwell is the time from when a message is due until it is handed over to the mail server; a pace counts from when the
first one is queued until the last one is sent.

The usual way selects what is queued, sends it over one connection and marks it as sent: what a killed worker had sent
but not marked is sent twice, and two workers send everything twice. It gets the same mails, a text, an HTML part and a
calendar file, and is begun at once.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import time as unix_time
from typing import TYPE_CHECKING, Any

import django

from common.clock import at, local_date
from tests.faults.mail_counter import copies_in, mail_counter
from tests.faults.portal import PortalWithServers, portal_of_its_own
from tests.services import SAFE
from tests.waiting import wait_until

if TYPE_CHECKING:
    from cohorts.models import Programme

MAILS, PEOPLE = 1_000, 25
NOON = time(12)
BEFORE = 24  # hours, by which the reminders come before their sessions
PATIENCE = 600  # seconds


@dataclass(frozen=True)
class Figures:
    """Seconds: from when all were due until the last was sent, of these since the first was queued, and of dwell."""

    seconds: float
    sending: float
    half: float
    most: float

    @property
    def pace(self) -> float:
        """Mails in a second."""
        return MAILS / self.sending


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="introprogram-messages-") as name:
        accepted = Path(name, "accepted")
        with (
            mail_counter(accepted, delay=0) as mail,
            portal_of_its_own(Path(name), mail=mail, ahead=until_noon(), settings=SAFE) as portal,
        ):
            os.environ.update(portal.environment)
            django.setup()
            measure(portal, accepted)


def until_noon() -> float:
    """Seconds until today's noon in Sweden, negative in the afternoon."""
    now = datetime.fromtimestamp(unix_time(), UTC)
    return (at(local_date(now), NOON) - now).total_seconds()


def measure(portal: PortalWithServers, accepted: Path) -> None:
    """Send the same reminders in each way, and print the table and the pairs."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill(portal.now())
    print(f"{MAILS} reminders, due at once")
    print(f"{'':22}{'mails/s':>9}{'sending':>10}{'due to sent':>13}{'dwell p50':>11}{'p99':>9}")
    naive = told("select, send, mark", send_naively(portal))
    one = told("one process (ours)", send_safely(portal, processes=1))
    two = told("two processes (ours)", send_safely(portal, processes=2))
    copies = copies_in(accepted)
    if len(copies) != 3 * MAILS or set(copies.values()) != {1}:
        raise SystemExit(f"{copies.total()} mails arrived, {len(copies)} different ones, instead of {3 * MAILS}")
    print(
        f"mails={MAILS} workers=2 seconds={two.seconds:.1f} p50={two.half:.1f} p99={two.most:.1f} "
        f"sending={two.sending:.1f} per_second={two.pace:.1f} to_one={two.pace / one.pace:.2f} "
        f"to_naive={two.pace / naive.pace:.2f} one_to_naive={one.pace / naive.pace:.2f}"
    )


def told(way: str, found: Figures) -> Figures:
    """Print a row of the table."""
    print(
        f"{way:22}{found.pace:>9.1f}{found.sending:>8.1f} s{found.seconds:>11.1f} s{found.half:>9.1f} s"
        f"{found.most:>7.1f} s",
        flush=True,
    )
    return found


def send_safely(portal: PortalWithServers, *, processes: int) -> Figures:
    """Let a worker of so many processes send what is due, woken by a beat that has just ticked."""
    portal.start_worker(processes=processes)
    portal.start_beat()
    due = come_due(portal.now())
    wait_until(lambda: sent(due).count() == MAILS, what="the mails to be sent", patience=PATIENCE, pause=1)
    portal.stop()
    return figures_of(due)


def send_naively(portal: PortalWithServers) -> Figures:
    """Select, send, mark."""
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.utils import translation

    from messaging import kinds
    from messaging.actions.queue import materialise
    from messaging.choices import State
    from messaging.models import Message

    due = come_due(portal.now())
    materialise(now=portal.now())
    with get_connection() as connection:
        for message in Message.objects.filter(state=State.QUEUED).order_by("due"):
            with translation.override(message.language):
                content = kinds.get(message.kind).render(message)
            mail = EmailMultiAlternatives(content.subject, content.text, to=[message.recipient], connection=connection)
            mail.attach_alternative(content.html, "text/html")
            for file in content.attachments:
                mail.attach(file.filename, file.content, file.content_type.partition(";")[0])
            message.handed_over = portal.now()
            mail.send()
            message.state, message.finished = State.SENT, portal.now()
            message.save()
    return figures_of(due)


def sent(due: datetime) -> Any:
    """The messages that were due then and have left."""
    from messaging.choices import State
    from messaging.models import Message

    return Message.objects.filter(due=due, state=State.SENT)


def figures_of(due: datetime) -> Figures:
    """How long those took that were due then."""
    queued, handed_over, finished = zip(*sent(due).values_list("created", "handed_over", "finished"), strict=True)
    dwell = sorted((moment - due).total_seconds() for moment in handed_over)
    return Figures(
        seconds=(max(finished) - due).total_seconds(),
        sending=(max(finished) - min(queued)).total_seconds(),
        half=dwell[MAILS // 2],
        most=dwell[MAILS * 99 // 100],
    )


def come_due(now: datetime) -> datetime:
    """Move the sessions so that a reminder of them is due to everybody `now`; return that."""
    from django.db.models import F

    from sessions.models import CohortSession

    starts = now + timedelta(hours=BEFORE)
    CohortSession.objects.update(starts=starts, ends=starts + timedelta(hours=6), revision=F("revision") + 1)
    return now


def fill(now: datetime) -> None:
    """Cohorts of one session each, too far off for a reminder, and the people who take part."""
    from participants.models import Employment, Enrolment, Participant
    from sessions.models import CohortSession
    from tests import factories

    programme = reminding_programme()
    region, day = programme.region, local_date(now) + timedelta(days=30)
    municipality, venue = factories.MunicipalityFactory(region=region), factories.VenueFactory(region=region)
    cohorts = factories.CohortFactory.create_batch(MAILS // PEOPLE, programme=programme)
    CohortSession.objects.bulk_create(
        factories.CohortSessionFactory.build(cohort=cohort, module=programme.modules.first(), venue=venue, day=day)
        for cohort in cohorts
    )
    people = Participant.objects.bulk_create(factories.ParticipantFactory.build_batch(MAILS, region=region))
    employments = Employment.objects.bulk_create(
        factories.EmploymentFactory.build(participant=person, municipality=municipality) for person in people
    )
    Enrolment.objects.bulk_create(
        factories.EnrolmentFactory.build(
            cohort=cohorts[number // PEOPLE],
            participant=employment.participant,
            employment=employment,
            municipality=municipality,
            applied=now - timedelta(days=10),
        )
        for number, employment in enumerate(employments)
    )


def reminding_programme() -> "Programme":
    """One whose plan holds a single reminder."""
    from tests import factories
    from tests.sessions.plans import hours, planned

    programme: Programme = factories.ProgrammeFactory(modules=1)
    planned(programme, hours(BEFORE))
    return programme


if __name__ == "__main__":
    main()
