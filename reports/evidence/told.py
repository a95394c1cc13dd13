"""Who was told of a session: everyone who takes part or teaches, with what went to her about it, if anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from accounts.models import User
from messaging.choices import State
from participants.models import Enrolment, Participant
from reports.evidence.about import about_session
from reports.evidence.listing import Row, rows_of
from sessions.models import CohortSession

BY_NAME = ("participant__last_name", "participant__first_name", "pk")
HAS_LEFT = {State.SENT, State.DELIVERED}


@dataclass
class Receiver:
    """Somebody whom a session concerns, or who got a message about it. `url` leads to her page, if she has one."""

    name: str
    url: str = ""
    rows: list[Row] = field(default_factory=list)

    @property
    def is_told(self) -> bool:
        """Whether something has reached her, as far as is known."""
        return any(row.message.state in HAS_LEFT for row in self.rows)


@dataclass(frozen=True)
class Told:
    """Those who take part, those who teach, and others who got messages: managers, and who isn't in it any more."""

    participants: Sequence[Receiver]
    lecturers: Sequence[Receiver]
    others: Sequence[Receiver]

    @property
    def not_told(self) -> int:
        """How many who take part have got nothing, as far as is known."""
        return sum(not receiver.is_told for receiver in self.participants)


def told_of(session: CohortSession, *, user: User) -> Told:
    """What went to whom about `session`."""
    messages = about_session(session, user=user).prefetch_related("events").order_by("due", "pk")
    by_address: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(messages, user=user):
        by_address[row.message.recipient.casefold()].append(row)
    taking_part = Enrolment.objects.taking_part().filter(cohort=session.cohort_id).select_related("participant__user")
    people = [enrolment.participant for enrolment in taking_part.order_by(*BY_NAME)]
    participants = [
        Receiver(str(person), reverse("certificates:person", args=[person.pk]), list(_taken(by_address, _hers(person))))
        for person in people
    ]
    lecturers = [
        Receiver(str(one), reverse("sessions:lecturer", args=[one.pk]), list(_taken(by_address, [one.email])))
        for one in session.lecturers.all()
    ]
    others = [Receiver(rows[0].name or rows[0].message.recipient, rows=rows) for rows in by_address.values()]
    return Told(participants, lecturers, sorted(others, key=lambda receiver: receiver.name.casefold()))


def _hers(person: Participant) -> Iterator[str]:
    """Where one reaches her."""
    yield person.email
    if person.user:
        yield from (person.user.email, person.user.sms_number)


def _taken(by_address: dict[str, list[Row]], addresses: Iterable[str]) -> Iterator[Row]:
    """Those that went to one of `addresses`, which are nobody else's then."""
    for address in {address.casefold() for address in addresses if address}:
        yield from by_address.pop(address, [])
