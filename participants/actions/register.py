"""Registering people, whom they work for and how they log in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.actions import entry, record_all
from common.models import BATCH
from messaging.actions import carry_choices
from participants.assessment import Record
from participants.details import PersonDetails
from participants.exceptions import EnrolmentRefused
from participants.models import Employment, Participant
from regions.models import Region

Stated = tuple[PersonDetails, Record]


def register(
    person: PersonDetails, stored: Record, *, region: Region, by: User, now: datetime
) -> tuple[Participant, Employment]:
    """Return the participant and employment that `person` describes: those in `stored`, else new ones.

    A name that is registered stays as it is, since certificates may bear it; unit and job title are brought up to date.
    So does her log-in: what an employer states never opens an account that is someone else's. Raises EnrolmentRefused
    if she is to be written to at an address with which another person logs in.
    """
    [registered] = register_all([(person, stored)], region=region, by=by, now=now)
    return registered


def register_all(
    people: Sequence[Stated], *, region: Region, by: User, now: datetime
) -> list[tuple[Participant, Employment]]:
    """The same for many people, each of them once, in a number of queries that doesn't grow with theirs."""
    participants = _participants(people, region, by, now)
    update_addresses(
        {
            participant: person.address
            for (person, stored), participant in zip(people, participants, strict=True)
            if person.update_address and stored.participant
        },
        by,
        now,
    )
    return list(zip(participants, _employments(people, participants, by, now), strict=True))


def _participants(people: Sequence[Stated], region: Region, by: User, now: datetime) -> list[Participant]:
    logins = _logins([one for one in people if one[1].participant is None or one[1].participant.user is None], region)
    participants, new, followed = [], [], []
    for person, stored in people:
        participant = stored.participant
        if participant is None:
            participant = Participant(
                region=region, first_name=person.first_name, last_name=person.last_name, email=person.address
            )
            new.append(participant)
        elif participant.user is None:
            followed.append(participant)
        participant.user = participant.user or logins[participant.email.lower()]
        participants.append(participant)
    Participant.objects.bulk_create(new, batch_size=BATCH)
    Participant.objects.bulk_update(followed, ["user"], batch_size=BATCH)
    roles = [
        RoleAssignment(user=one.user, role=Role.PARTICIPANT, region=region) for one in (*new, *followed) if one.user
    ]
    RoleAssignment.objects.bulk_create(roles, ignore_conflicts=True, batch_size=BATCH)
    record_all([entry("participant.registered", one, by=by, now=now, scope=region.pk) for one in new])
    return participants


def _logins(people: Sequence[Stated], region: Region) -> dict[str, User | None]:
    """The login of each registered address, else a new one without password. One login serves her in every region.

    None if it already serves someone else in this region: it is not taken from her.
    """
    known = [stored.user.pk for _person, stored in people if stored.user]
    serving = set(Participant.objects.filter(region=region, user__in=known).values_list("user", flat=True))
    logins: dict[str, User | None] = {}
    new = []
    for person, stored in people:
        user = stored.user
        address = stored.participant.email.lower() if stored.participant else person.address
        if user is None:
            user = User.objects.new_user(address, first_name=person.first_name, last_name=person.last_name)
            new.append(user)
        logins[address] = None if user.pk in serving else user
    User.objects.bulk_create(new, batch_size=BATCH)
    return logins


def update_addresses(addresses: Mapping[Participant, str], by: User, now: datetime) -> None:
    """Write to people at other addresses from now on. They go on logging in with those they have.

    What they chose goes along, but not to an address that is somebody else's too: nobody chooses for her.
    Raises EnrolmentRefused if somebody else logs in with one.
    """
    if not addresses:
        return
    users = User.objects.annotate(address=Lower("email")).filter(address__in=addresses.values())
    taken = {user.email.lower(): user for user in users}
    known = Participant.objects.annotate(address=Lower("email")).filter(address__in=addresses.values())
    holders = list(known.values_list("address", "user"))
    hers = {}
    for participant, address in addresses.items():
        if taken.get(address, participant.user) != participant.user:
            raise EnrolmentRefused(
                _("Another person logs in with the new address. Keep the old one, and ask the coordinator.")
            )
        if all(participant.user_id and participant.user_id == user for held, user in holders if held == address):
            hers[participant.email] = address
        participant.email = address
    carry_choices(hers)
    Participant.objects.bulk_update(addresses, ["email"], batch_size=BATCH)
    # Without the addresses: the log is kept longer than what it is about.
    record_all([entry("participant.address_changed", one, by=by, now=now, scope=one.region_id) for one in addresses])


def _employments(
    people: Sequence[Stated], participants: Iterable[Participant], by: User, now: datetime
) -> list[Employment]:
    employments, new, changed, entries = [], [], [], []
    for (person, stored), participant in zip(people, participants, strict=True):
        employment = _current_employment(person, stored)
        scope = participant.region_id
        if employment is None:
            employment = _new_employment(person, participant)
            new.append(employment)
            after = {"municipality": person.municipality.pk, "starts": person.employed_from}
            entries.append(entry("employment.registered", employment, by=by, now=now, scope=scope, after=after))
        elif (employment.unit, employment.title) != (person.unit, person.title):
            before = {"unit": employment.unit, "title": employment.title}
            employment.unit, employment.title = person.unit, person.title
            changed.append(employment)
            after = {"unit": person.unit, "title": person.title}
            entries.append(
                entry("employment.changed", employment, by=by, now=now, scope=scope, before=before, after=after)
            )
        employments.append(employment)
    Employment.objects.bulk_create(new, batch_size=BATCH)
    Employment.objects.bulk_update(changed, ["unit", "title"], batch_size=BATCH)
    record_all(entries)
    return employments


def _current_employment(person: PersonDetails, stored: Record) -> Employment | None:
    """The employment that lasts on `person`'s first day or begins later: the rules saw whose it is."""
    employments = stored.participant.employments.all() if stored.participant else ()
    return next((held for held in employments if held.ends is None or held.ends >= person.employed_from), None)


def _new_employment(person: PersonDetails, participant: Participant) -> Employment:
    return Employment(
        participant=participant,
        municipality=person.municipality,
        unit=person.unit,
        title=person.title,
        starts=person.employed_from,
    )
