"""The contacts of municipalities as they stand: who, when confirmed, and who has been asked without answering."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from cohorts.models import Cohort
from common.search import every_word_of
from participants.models import Contact
from participants.rules import contacts as rules
from participants.rules.contacts import Announcement, Intake, Named, Standing
from regions.models import Municipality
from regions.querysets import MunicipalityQuerySet

Intakes = Mapping[UUID | None, Intake | None]


@dataclass(frozen=True)
class MunicipalityRow:
    """A municipality, its contact and, by name, its managers. `asked` is since when an answer is waited for."""

    municipality: Municipality
    contact: Contact | None
    standing: Standing
    asked: datetime | None
    managers: list[User] = field(default_factory=list)


def named(contact: Contact) -> Named:
    """What the rules want to know of a contact."""
    return Named(contact.chosen, contact.confirmed, contact.left)


def intakes_of(regions: Collection[UUID | None], *, now: datetime) -> Intakes:
    """The intake of each region, by its id, in one query."""
    return intakes_among(Cohort.objects.filter(programme__region__in=regions).select_related("programme"), now=now)


def intakes_among(cohorts: Iterable[Cohort], *, now: datetime) -> Intakes:
    """The intake of each region, as far as it is one of `cohorts`, which have their programmes with them."""
    announcements: dict[UUID | None, list[Announcement]] = defaultdict(list)
    for cohort in cohorts:
        if cohort.published:
            announcements[cohort.programme.region_id].append(Announcement(cohort.applications_open, cohort.published))
    return {region: rules.intake_at(found, now=now) for region, found in announcements.items()}


def standings(municipalities: MunicipalityQuerySet, intakes: Intakes, *, now: datetime) -> list[MunicipalityRow]:
    """How things stand in each municipality, in one query; without the names of its managers."""
    managers = RoleAssignment.objects.filter(role=Role.MANAGER, municipality=OuterRef("pk"), user__is_active=True)
    found = municipalities.select_related("contact__user").annotate(
        has_managers=Exists(managers), contact_manages=Exists(managers.filter(user=OuterRef("contact__user")))
    )
    return [_row(one, intakes.get(one.region_id), now=now) for one in found]


def rows_of(municipalities: MunicipalityQuerySet, *, now: datetime) -> list[MunicipalityRow]:
    """The same with managers, in four queries."""
    intakes = intakes_of(set(municipalities.order_by().values_list("region", flat=True)), now=now)
    rows = standings(municipalities, intakes, now=now)
    managers: dict[UUID | None, list[User]] = defaultdict(list)
    for role in RoleAssignment.objects.managers_of_each(row.municipality.pk for row in rows).for_list():
        managers[role.municipality_id].append(role.user)
    return [replace(row, managers=managers[row.municipality.pk]) for row in rows]


def searched(municipalities: MunicipalityQuerySet, words: str) -> MunicipalityQuerySet:
    """Those in whose name, or a manager's name or address, each of `words` is found."""
    manager = "role_assignments__user__"
    among = ("name", f"{manager}first_name", f"{manager}last_name", f"{manager}email")
    return municipalities.filter(every_word_of(words, among=among)).distinct()


def _row(municipality: Any, intake: Intake | None, *, now: datetime) -> MunicipalityRow:
    """`municipality` as `standings` annotates it."""
    contact: Contact | None = municipality.contact if municipality.contact_manages else None
    known = named(contact) if contact else None
    return MunicipalityRow(
        municipality,
        contact,
        rules.standing(known, has_managers=municipality.has_managers, intake=intake, now=now),
        rules.asked_since(known, intake) if known else None,
    )
