"""The contacts of municipalities as they stand: who, when confirmed, and who has been asked without answering."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import RoleAssignment, User
from cohorts.models import Cohort
from common.search import every_word_of
from participants.models import Contact
from participants.rules import contacts as rules
from participants.rules.contacts import Intake, Named, Opening, Standing
from regions.models import Municipality
from regions.querysets import MunicipalityQuerySet


@dataclass(frozen=True)
class MunicipalityRow:
    """A municipality, its managers by name, and its contact. `asked` is since when an answer is waited for."""

    municipality: Municipality
    managers: list[User]
    contact: Contact | None
    standing: Standing
    asked: datetime | None


def named(contact: Contact) -> Named:
    """What the rules want to know of a contact."""
    return Named(contact.chosen, contact.confirmed, contact.left)


def intakes_of(regions: Iterable[UUID | None], *, now: datetime) -> dict[UUID | None, Intake | None]:
    """The intake of each region, by its id, in one query."""
    openings: dict[UUID | None, list[Opening]] = defaultdict(list)
    cohorts = Cohort.objects.filter(programme__region__in=set(regions))
    for region, opens, published in cohorts.values_list("programme__region", "applications_open", "published"):
        if published:
            openings[region].append(Opening(opens, published))
    return {region: rules.intake_at(found, now=now) for region, found in openings.items()}


def rows_of(municipalities: Iterable[Municipality], *, now: datetime) -> list[MunicipalityRow]:
    """The contact and managers of each of `municipalities`, in their order, in three queries for all."""
    municipalities = list(municipalities)
    intakes = intakes_of([one.region_id for one in municipalities], now=now)
    managers: dict[UUID | None, list[User]] = defaultdict(list)
    pks = [one.pk for one in municipalities]
    for role in RoleAssignment.objects.managers_of_each(pks).for_list():
        managers[role.municipality_id].append(role.user)
    contacts = Contact.objects.filter(municipality__in=pks).still_managers().select_related("user", "confirmed_by")
    by_municipality = {contact.municipality_id: contact for contact in contacts}
    return [
        _row(one, managers[one.pk], by_municipality.get(one.pk), intakes.get(one.region_id), now=now)
        for one in municipalities
    ]


def searched(municipalities: MunicipalityQuerySet, words: str) -> MunicipalityQuerySet:
    """Those in whose name, or a manager's name or address, each of `words` is found."""
    manager = "role_assignments__user__"
    among = ("name", f"{manager}first_name", f"{manager}last_name", f"{manager}email")
    return municipalities.filter(every_word_of(words, among=among)).distinct()


def _row(
    municipality: Municipality, managers: list[User], contact: Contact | None, intake: Intake | None, *, now: datetime
) -> MunicipalityRow:
    known = named(contact) if contact else None
    return MunicipalityRow(
        municipality,
        managers,
        contact,
        rules.standing(known, has_managers=bool(managers), intake=intake, now=now),
        rules.asked_since(known, intake) if known else None,
    )
