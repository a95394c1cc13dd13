"""Which time of each person a user sees: the periods of employment that are hers. See participants.rules.periods."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from accounts.models import User
from participants.models import Employment, Participant
from participants.rules.enrolment import Period
from participants.rules.periods import WHOLE, Sight, sight_of


def sights_of(participants: Iterable[UUID], *, reader: User) -> Mapping[UUID, Sight]:
    """What `reader` sees of each of `participants`, by id: the whole as coordinator of the region, and of herself.

    Takes one query, none if she manages nothing.
    """
    found: dict[UUID, Sight] = defaultdict(lambda: WHOLE)
    if not reader.managed_municipality_ids:
        return found
    employments = (
        Employment.objects.filter(participant__in=set(participants))
        .exclude(participant__region__in=reader.coordinated_region_ids)
        .exclude(participant__user=reader)
    )
    periods: dict[UUID, list[Period]] = defaultdict(list)
    found_periods = employments.values_list("participant", "municipality", "starts", "ends")
    for participant, municipality, starts, ends in found_periods:
        periods[participant].append(Period(municipality, starts, ends))
    hers = reader.managed_municipality_ids
    found.update((participant, sight_of(each, hers=hers)) for participant, each in periods.items())
    return found


def address_for(reader: User, participant: Participant) -> str:
    """Her e-mail address; empty for a manager whom she has left, to whom it would tell the new employer.

    Takes a query, unless her employments are loaded.
    """
    if participant.region_id in reader.coordinated_region_ids or participant.user_id == reader.pk:
        return participant.email
    periods = [Period(held.municipality_id, held.starts, held.ends) for held in participant.employments.all()]
    return participant.email if sight_of(periods, hers=reader.managed_municipality_ids).until is None else ""
