"""Who gets a coordinator's message: each address once, also of people with two roles."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from accounts.choices import Role
from accounts.models import User
from cohorts.models import Cohort
from common.fingerprints import fingerprint
from participants.messages.enrolments import with_managers
from participants.models import Participant
from sessions.choices import Audience
from sessions.messages.recipients import taking_part
from sessions.models import Announcement


@dataclass(frozen=True)
class Reader:
    """One who gets it. `pk` is that of the participant, or of the manager as a user; `enrolment` is why."""

    role: Role
    pk: UUID
    name: str
    first_name: str
    email: str
    language: str
    enrolment: UUID

    @classmethod
    def of(cls, role: Role, person: Participant | User, enrolment: UUID) -> Self:
        """The person in that role."""
        return cls(role, person.pk, str(person), person.first_name, person.email, person.language, enrolment)


@dataclass(frozen=True)
class Readers:
    """All who get it. `without_manager` are municipalities from which somebody takes part and nobody is told."""

    all: list[Reader]
    without_manager: list[str]

    @property
    def participants(self) -> int:
        return sum(reader.role == Role.PARTICIPANT for reader in self.all)

    @property
    def managers(self) -> int:
        return sum(reader.role == Role.MANAGER for reader in self.all)


def readers(cohort: Cohort, audience: str) -> Readers:
    """Those who take part in `cohort` now, their managers, or both, in two queries.

    Who would get it twice gets it as a participant.
    """
    enrolments = list(
        taking_part()
        .filter(cohort=cohort)
        .select_related("participant__user", "municipality")
        .order_by("participant__last_name", "participant__first_name", "pk")
    )
    found: dict[str, Reader] = {}
    if audience != Audience.MANAGERS:
        for enrolment in enrolments:
            reader = Reader.of(Role.PARTICIPANT, enrolment.participant, enrolment.pk)
            found.setdefault(reader.email.lower(), reader)
    alone: set[str] = set()
    if audience != Audience.PARTICIPANTS:
        for enrolment, managers in with_managers(enrolments):
            if not managers:
                alone.add(enrolment.municipality.name)
            for user in managers:
                reader = Reader(
                    Role.MANAGER, user.pk, str(user), user.first_name, user.email, user.language, enrolment.pk
                )
                found.setdefault(reader.email.lower(), reader)
    return Readers(list(found.values()), sorted(alone))


def fingerprint_of(announcement: Announcement, receivers: Readers) -> str:
    """A short word for what is sent and to whom."""
    words = (announcement.subject, announcement.body, announcement.material_id, announcement.session_id)
    return fingerprint((*words, [reader.email for reader in receivers.all]))
