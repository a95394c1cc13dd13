"""What must hold after any fault, once the portal has come to rest."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage

from audit.models import AuditEvent
from certificates.choices import CertificateStatus
from certificates.models import Certificate, NumberSeries
from cohorts.models import Cohort
from messaging.choices import State
from messaging.models import Message
from participants.models import Enrolment

Copies = Counter[str]  # how often a mail server accepted each Message-ID
Expected = Counter[tuple[str, str]]  # kind of message and receiver
SENT = {State.SENT, State.DELIVERED, State.BOUNCED}


@dataclass(frozen=True)
class Account:
    """The portal's messages beside what its mail server accepted, as Message-IDs."""

    lost: set[str] = field(default_factory=set)  # neither accepted nor in doubt, or said to be sent and isn't
    doubled: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)  # accepted, though there is no such message or it says otherwise


def message_id(message: Message) -> str:
    return f"<{message.pk}@{urlsplit(settings.BASE_URL).hostname}>"


def account_of(copies: Copies, *, refused: Collection[str] = ()) -> Account:
    """Compare every message with what was accepted.

    Of those that were cancelled, and of those whose receiver is in `refused`, nothing is expected.
    """
    wanted = Message.objects.exclude(recipient__in=refused).exclude(state=State.CANCELLED)
    states = {message_id(message): State(message.state) for message in wanted}
    sent = {name for name, state in states.items() if state in SENT}
    uncertain = {name for name, state in states.items() if state == State.UNCERTAIN}
    return Account(
        lost=(set(states) - sent - uncertain) | (sent - set(copies)),
        doubled={name for name, times in copies.items() if times > 1},
        uncertain=uncertain,
        unasked=set(copies) - sent - uncertain,
    )


def assert_all_is_well(
    expected: Expected, copies: Copies, *, most_uncertain: int = 0, refused: Collection[str] = ()
) -> None:
    """Whoever must be told is told once. Of a mail without an answer nobody knows, and it isn't sent again."""
    assert Counter(Message.objects.values_list("kind", "recipient")) == expected
    assert not Message.objects.open().exists(), "not at rest"
    account = account_of(copies, refused=refused)
    assert account.lost == set()
    assert account.doubled == set()
    assert account.unasked == set()
    assert len(account.uncertain) <= most_uncertain
    assert_seats_suffice()
    assert_numbers_have_no_gaps()
    assert_certificates_are_made_once()


def assert_seats_suffice() -> None:
    for cohort in Cohort.objects.all():
        assert Enrolment.objects.seated().filter(cohort=cohort).count() <= cohort.capacity


def assert_numbers_have_no_gaps() -> None:
    numbered = Certificate.objects.filter(version=1).order_by("region", "year", "serial")
    for (region, year), certificates in groupby(numbered, key=attrgetter("region_id", "year")):
        serials = [certificate.serial for certificate in certificates]
        assert serials == list(range(1, len(serials) + 1))
        assert NumberSeries.objects.get(region=region, year=year).last == len(serials)


def assert_certificates_are_made_once() -> None:
    """Each that is ready has a whole file, nobody else has one, and that it was made is noted once."""
    ready = Certificate.objects.filter(status=CertificateStatus.READY)
    for certificate in ready:
        with certificate.file.open() as file:
            assert hashlib.sha256(file.read()).hexdigest() == certificate.sha256
    files = Path(default_storage.path("certificates")).rglob("*.pdf")
    assert {file.name for file in files} == {Path(certificate.file.path).name for certificate in ready}
    made = AuditEvent.objects.filter(action="certificate.rendered").values_list("target_id", flat=True)
    assert Counter(made) == Counter(ready.values_list("pk", flat=True))
