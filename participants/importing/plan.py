"""What an import would do, row by row. The preview shows it, the confirmation carries it out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.fingerprints import fingerprint
from participants.assessment import Assessment, assess, municipalities_for
from participants.choices import EnrolmentStatus, Outcome
from participants.importing.headings import LABELS
from participants.importing.rows import Reading, Row, understand
from participants.models import Import, Participant


@dataclass(frozen=True)
class PlannedRow:
    """One row of the list and what would become of it. `reason` says why, unless it is simply new."""

    row: Row
    outcome: Outcome
    reason: str = ""
    assessment: Assessment | None = None

    @property
    def status(self) -> EnrolmentStatus | None:
        """The status that she would get, if she is to be enrolled."""
        return self.assessment.status if self.assessment else None

    @property
    def will_wait(self) -> bool:
        return self.status == EnrolmentStatus.WAITING

    @property
    def name(self) -> str:
        """The name as it is written in the list."""
        values = self.row.values
        return values.get("name") or f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()


@dataclass(frozen=True)
class Plan:
    """All rows in the order of the file."""

    rows: tuple[PlannedRow, ...]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many rows have each outcome, by its value."""
        return {outcome.value: 0 for outcome in Outcome} | Counter(row.outcome.value for row in self.rows)

    @property
    def to_enrol(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.status]

    @property
    def waiting(self) -> int:
        """How many would be placed on the waiting list."""
        return sum(row.will_wait for row in self.rows)

    @property
    def with_seat(self) -> int:
        return len(self.to_enrol) - self.waiting

    @property
    def fingerprint(self) -> str:
        """What tells this plan from another: the confirmation carries it, so that only what was seen is done."""
        return fingerprint([f"{row.row.number} {row.outcome} {row.status}" for row in self.rows])


def plan_of(upload: Import, *, by: User, now: datetime) -> Plan:
    """What confirming `upload` would do now, in a number of queries that doesn't grow with its rows.

    Raises EnrolmentRefused if `by` may not enrol in the cohort at all.
    """
    municipalities = municipalities_for(by, upload.cohort)
    readings = [
        understand(
            Row(number=row["number"], values=row["values"]),
            municipalities=municipalities,
            only=upload.municipality,
            today=timezone.localdate(now),
        )
        for row in upload.rows
    ]
    repeated = dict(_repetitions(readings))
    people = [reading.person for reading in readings if reading.person and reading.row.number not in repeated]
    assessments = iter(assess(upload.cohort, people, by=by, now=now))
    rows = []
    for reading in readings:
        if reading.person is None:
            rows.append(PlannedRow(reading.row, Outcome.WRONG, _in_words(reading.problems)))
        elif reading.row.number in repeated:
            reason = _("The same e-mail address as in row %(row)s.") % {"row": repeated[reading.row.number]}
            rows.append(PlannedRow(reading.row, Outcome.WRONG, reason))
        else:
            rows.append(_planned(reading.row, next(assessments)))
    return Plan(tuple(_with_names(rows, by)))


def _repetitions(readings: list[Reading]) -> Iterator[tuple[int, int]]:
    """Rows whose address stands in an earlier row, with the number of that row."""
    first: dict[str, int] = {}
    for reading in readings:
        if reading.person:
            earlier = first.setdefault(reading.person.address, reading.row.number)
            if earlier != reading.row.number:
                yield reading.row.number, earlier


def _in_words(problems: Mapping[str, str]) -> str:
    return " ".join(f"{LABELS[column]}: {problem}" for column, problem in problems.items())


def _planned(row: Row, assessment: Assessment) -> PlannedRow:
    if assessment.already:
        return PlannedRow(row, Outcome.UNCHANGED, _("Already enrolled in this cohort."), assessment)
    if assessment.refusal:
        return PlannedRow(row, Outcome.WRONG, assessment.refusal, assessment)
    if assessment.is_undecided:
        return PlannedRow(
            row,
            Outcome.WRONG,
            _(
                "%(name)s is registered with another e-mail address. "
                "Enrol this person separately, and say whether it is the same."
            )
            % {"name": assessment.candidates[0].participant},
        )
    if assessment.record.participant:
        return PlannedRow(row, Outcome.MATCHED, assessment=assessment)
    return PlannedRow(row, Outcome.NEW, assessment=assessment)


def _with_names(rows: list[PlannedRow], by: User) -> Iterator[PlannedRow]:
    """Say with whom a row was matched: by name only where `by` sees that person anyway."""
    matched = {
        row.assessment.record.participant.pk: row.assessment.record.participant
        for row in rows
        if row.outcome == Outcome.MATCHED and row.assessment and row.assessment.record.participant
    }
    seen = set(Participant.objects.visible_to(by).filter(pk__in=list(matched)).values_list("pk", flat=True))
    for row in rows:
        participant = row.assessment.record.participant if row.assessment else None
        if row.outcome != Outcome.MATCHED or participant is None:
            yield row
        elif participant.pk in seen:
            yield _because(row, _("The e-mail address belongs to %(name)s.") % {"name": participant.full_name})
        else:
            yield _because(row, _("The e-mail address is registered in the region since before."))


def _because(row: PlannedRow, reason: str) -> PlannedRow:
    return PlannedRow(row.row, row.outcome, reason, row.assessment)
