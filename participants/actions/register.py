"""Registering a person, whom she works for and how she logs in."""

from datetime import datetime

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.actions import record
from participants.assessment import Record
from participants.details import PersonDetails
from participants.models import Employment, Participant
from regions.models import Region


def register(
    person: PersonDetails, stored: Record, *, region: Region, by: User, now: datetime
) -> tuple[Participant, Employment]:
    """Return the participant and employment that `person` describes: those in `stored`, else new ones.

    A name that is registered stays as it is, since certificates may bear it; unit and job title are brought up to date.
    """
    participant = stored.participant or Participant(
        region=region, first_name=person.first_name, last_name=person.last_name, email=person.address
    )
    if participant.user is None:
        participant.user = _login(person, stored.user, region)
        participant.save()
    if participant.user:
        role = RoleAssignment(user=participant.user, role=Role.PARTICIPANT, region=region)
        RoleAssignment.objects.bulk_create([role], ignore_conflicts=True)
    if stored.participant is None:
        record("participant.registered", participant, by=by, now=now, scope=region.pk)
    employment = _current_employment(person, stored)
    if employment is None:
        employment = _new_employment(person, participant, by, now)
    elif (employment.unit, employment.title) != (person.unit, person.title):
        _update_employment(employment, person, by, now)
    return participant, employment


def _login(person: PersonDetails, user: User | None, region: Region) -> User | None:
    """The login of that address, else a new one without password. One login serves a person in every region.

    None if it already serves someone else in this region: it is not taken from her.
    """
    if user is None:
        return User.objects.create_user(person.address, first_name=person.first_name, last_name=person.last_name)
    return None if user.participants.filter(region=region).exists() else user


def _current_employment(person: PersonDetails, stored: Record) -> Employment | None:
    """The employment that lasts on `person`'s first day or begins later: the rules saw whose it is."""
    employments = stored.participant.employments.all() if stored.participant else ()
    return next((held for held in employments if held.ends is None or held.ends >= person.employed_from), None)


def _new_employment(person: PersonDetails, participant: Participant, by: User, now: datetime) -> Employment:
    employment = Employment.objects.create(
        participant=participant,
        municipality=person.municipality,
        unit=person.unit,
        title=person.title,
        starts=person.employed_from,
    )
    after = {"municipality": person.municipality.pk, "starts": person.employed_from}
    record("employment.registered", employment, by=by, now=now, scope=participant.region_id, after=after)
    return employment


def _update_employment(employment: Employment, person: PersonDetails, by: User, now: datetime) -> None:
    before = {"unit": employment.unit, "title": employment.title}
    employment.unit, employment.title = person.unit, person.title
    employment.save(update_fields=["unit", "title"])
    record(
        "employment.changed",
        employment,
        by=by,
        now=now,
        scope=employment.participant.region_id,
        before=before,
        after={"unit": person.unit, "title": person.title},
    )
