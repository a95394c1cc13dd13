"""Who was told of a session: everyone who takes part or teaches, with what went to her about it, if anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from participants.models import Enrolment, Participant
from reports.evidence.about import about_session
from reports.evidence.listing import Row, rows_of
from reports.evidence.receivers import addresses_of, named_in
from reports.evidence.stated import Standings, statement_in
from reports.rules.telling import known
from sessions.models import CohortSession, Lecturer

BY_NAME = ("participant__last_name", "participant__first_name", "pk")


@dataclass(eq=False)
class Receiver:
    """Somebody whom a session concerns, or who got a message about it. `url` leads to her page, if she has one."""

    name: str
    url: str = ""
    rows: list[Row] = field(default_factory=list)

    def knows(self, standings: Standings) -> bool:
        """Whether what she read last, as far as is known, is how the session stands now."""
        said = [statement_in(row.message, standings) for row in self.rows]
        return known(one for one in said if one) == standings.session.standing


@dataclass(frozen=True)
class Told:
    """Those who take part, those who teach, and others who got messages: managers, and who isn't in it any more.

    `not_told` are those who take part and, as far as is known, haven't read how the session stands now.
    """

    participants: Sequence[Receiver]
    lecturers: Sequence[Receiver]
    others: Sequence[Receiver]
    not_told: Sequence[Receiver]


@dataclass
class Concerned:
    """Those whom a session concerns, found by the ids that messages name them by, or else by their addresses."""

    by_id: dict[UUID, Receiver] = field(default_factory=dict)
    by_address: dict[str, Receiver] = field(default_factory=dict)

    def add(self, person: Participant | Lecturer, page: str, *ids: UUID) -> Receiver:
        """`ids` are further ones that name her. Who takes part comes with her log-in."""
        receiver = Receiver(str(person), reverse(page, args=[person.pk]))
        self.by_id |= dict.fromkeys([person.pk, *ids], receiver)
        owners: list[Participant | Lecturer | User] = [person]
        if isinstance(person, Participant) and person.user:
            owners.append(person.user)
        for address in (address for owner in owners for address in addresses_of(owner)):
            self.by_address.setdefault(address, receiver)
        return receiver

    def take(self, rows: Collection[Row]) -> list[Receiver]:
        """Give each row to whom it went. Returns those whom the session doesn't concern."""
        others: dict[UUID | str, Receiver] = {}
        for row in rows:
            named, address = named_in(row.message), row.message.recipient.casefold()
            receiver = self.by_id.get(named) if named else None
            receiver = receiver or self.by_address.get(address)
            receiver = receiver or others.setdefault(named or address, Receiver(row.name or row.message.recipient))
            receiver.rows.append(row)
        return sorted(others.values(), key=lambda receiver: receiver.name.casefold())


def told_of(session: CohortSession, *, user: User) -> Told:
    """What went to whom about `session`."""
    concerned = Concerned()
    taking_part = Enrolment.objects.taking_part().filter(cohort=session.cohort_id).select_related("participant__user")
    participants = [
        concerned.add(enrolment.participant, "certificates:person", enrolment.pk)
        for enrolment in taking_part.order_by(*BY_NAME)
    ]
    lecturers = [concerned.add(lecturer, "sessions:lecturer") for lecturer in session.lecturers.all()]
    messages = about_session(session, user=user).with_delivered().order_by("due", "pk")
    others = concerned.take(rows_of(messages, user=user))
    standings = Standings(session)
    not_told = [receiver for receiver in participants if not receiver.knows(standings)]
    return Told(participants, lecturers, others, not_told)
