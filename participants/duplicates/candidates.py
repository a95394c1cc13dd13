"""Who might be the person whom someone wants to enrol: registered already, but with another e-mail address.

They are offered, never taken for the same: two people may well have one name.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.models import User
from participants.details import PersonDetails
from participants.models import Employment, Enrolment, Participant
from participants.rules.names import normalised
from regions.models import Municipality, Region


@dataclass(frozen=True)
class Candidate:
    """Someone of the same name and municipality, as far as that municipality knows her.

    `email` is empty if she has left it: where she works now, and under which address, is not its business.
    """

    participant: Participant
    email: str
    employments: tuple[Employment, ...]
    enrolments: tuple[Enrolment, ...]

    @property
    def in_words(self) -> str:
        """What tells her from others of her name."""
        last = self.employments[:1]
        parts = [
            *([self.email] if self.email else []),
            *(f"{employment.title}, {employment.unit}" for employment in last),
            *(enrolment.cohort.name for enrolment in self.enrolments),
        ]
        return _("Yes, this is %(name)s (%(details)s)") % {"name": self.participant, "details": ", ".join(parts)}


def candidates_for(
    people: Sequence[PersonDetails], *, region: Region, by: User, today: date
) -> list[tuple[Candidate, ...]]:
    """For each of `people` those of her name and municipality, as far as `by` sees them; in at most three queries.

    Who has the very address of `people` is not among them: she is found by it anyway. `today` is a local day.
    """
    if not people:
        return []
    keys = [normalised(person.full_name) for person in people]
    namesakes: dict[str, list[Participant]] = defaultdict(list)
    for participant in (
        Participant.objects.visible_to(by)
        .filter(region=region, name_key__in=set(keys))
        .order_by("last_name", "first_name", "pk")
        .prefetch_related(
            Prefetch("employments", Employment.objects.visible_to(by).order_by("-starts")),
            Prefetch("enrolments", Enrolment.objects.visible_to(by).select_related("cohort")),
        )
    ):
        namesakes[participant.name_key].append(participant)
    return [
        tuple(
            _candidate(participant, person.municipality, today)
            for participant in namesakes[key]
            if participant.email.lower() != person.address and _belongs_to(participant, person.municipality)
        )
        for person, key in zip(people, keys, strict=True)
    ]


def _belongs_to(participant: Participant, municipality: Municipality) -> bool:
    return any(
        row.municipality_id == municipality.pk
        for row in (*participant.employments.all(), *participant.enrolments.all())
    )


def _candidate(participant: Participant, municipality: Municipality, today: date) -> Candidate:
    employments = tuple(row for row in participant.employments.all() if row.municipality_id == municipality.pk)
    works_there = any(row.ends is None or row.ends >= today for row in employments)
    return Candidate(
        participant,
        email=participant.email if works_there else "",
        employments=employments,
        enrolments=tuple(row for row in participant.enrolments.all() if row.municipality_id == municipality.pk),
    )
