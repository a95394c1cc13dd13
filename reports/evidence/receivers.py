"""Who got a message: whom its refs name, whatever her address is now, else who has the address."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from accounts.models import RoleAssignment, User
from common.search import every_word_of
from messaging.choices import Channel
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from participants.models import Participant
from sessions.messages import preparation, reminder, welcome, withdrawal
from sessions.models import Lecturer

MOST_FOUND = 200  # people of each sort whose messages a search looks for
# Of what holds an enrolment these go to the person herself, the rest to her managers.
TO_THE_ENROLLED = frozenset({welcome.NAME, reminder.NAME, preparation.NAME, withdrawal.NAME})
NAMES_OF_A_USER = ("user__first_name", "user__last_name", "user__email")


def named_in(message: Message) -> UUID | None:
    """Whom the refs of `message` name as its receiver, by the id of a participant, a lecturer, a user or an enrolment.

    None if only the address says who got it.
    """
    refs = message.refs
    hers = refs.get("enrolment") if message.kind in TO_THE_ENROLLED else None
    named = hers or refs.get("person") or refs.get("participant") or refs.get("user")
    return UUID(named) if named else None


def names_of(messages: Collection[Message], *, user: User) -> dict[UUID, str]:
    """The name of who got each message, by its id, among those whom `user` sees. Takes three queries.

    Of several with one address, the participant counts.
    """
    named = {message.pk: (named_in(message), message.recipient.casefold()) for message in messages}
    ids = {pk for pk, _address in named.values() if pk}
    mails = {message.recipient for message in messages if message.channel == Channel.EMAIL}
    mails |= {address.casefold() for address in mails}
    numbers = {message.recipient for message in messages if message.channel == Channel.SMS}
    hers = Q(user__in=ids) | Q(user__email__in=mails) | Q(user__mobile__in=numbers)
    participants = _participants(user).filter(
        Q(pk__in=ids) | Q(enrolment__in=ids) | Q(email__in=mails) | Q(user__mobile__in=numbers)
    )
    people: list[Participant | Lecturer | User] = [
        *Lecturer.objects.visible_to(user).filter(Q(pk__in=ids) | Q(email__in=mails)),
        *(role.user for role in RoleAssignment.objects.visible_to(user).filter(hers).select_related("user")),
        *participants,
    ]
    by_id = {person.pk: str(person) for person in people} | {
        one.enrolment: str(one) for one in participants if one.enrolment
    }
    by_address = {address: str(person) for person in people for address in addresses_of(person)}
    return {key: by_id.get(pk) or by_address.get(address, "") for key, (pk, address) in named.items()}


def sent_to(text: str, messages: MessageQuerySet, *, user: User) -> MessageQuerySet:
    """Those of `messages` that went to somebody in whose name, as far as `user` sees it, each word of `text` is found.

    Takes three queries.
    """
    participants = list(_participants(user).search(text)[:MOST_FOUND])
    lecturers = list(Lecturer.objects.visible_to(user).search(text)[:MOST_FOUND])
    roles = RoleAssignment.objects.visible_to(user).filter(every_word_of(text, among=NAMES_OF_A_USER))
    users = [role.user for role in roles.select_related("user")[:MOST_FOUND]]
    people = [*participants, *lecturers, *users]
    named = messages.about_any(
        person={person.pk for person in people},
        participant={participant.pk for participant in participants},
        user={one.pk for one in users},
    )
    enrolments = {participant.enrolment for participant in participants if participant.enrolment}
    enrolled = messages.filter(kind__in=TO_THE_ENROLLED).about_any(enrolment=enrolments)
    addresses = {address for person in people for address in (person.email, *addresses_of(person))}
    return messages.filter(recipient__in=addresses) | named | enrolled


def addresses_of(person: Participant | Lecturer | User) -> Iterator[str]:
    """Where one reaches a person now: her address in small letters, and the number that she has proved."""
    yield person.email.casefold()
    if not isinstance(person, Lecturer) and person.sms_number:
        yield person.sms_number


def _participants(user: User) -> Any:
    """Those whom `user` sees, with their log-in, once for each `enrolment` of theirs, whose id it is."""
    return Participant.objects.coordinated_by(user).select_related("user").annotate(enrolment=F("enrolments"))
