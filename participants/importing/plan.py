"""What an import would do, row by row. The preview shows it, the confirmation carries it out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.choices import Fact
from common.fingerprints import fingerprint
from participants.assessment import Assessment, assess, municipalities_for
from participants.choices import EnrolmentStatus, Outcome
from participants.duplicates.candidates import Candidate
from participants.importing.headings import LABELS, OF_FACTS
from participants.importing.rows import Reading, Row, understand
from participants.models import Import, Participant
from participants.rules.names import normalised


@dataclass(frozen=True)
class PlannedRow:
    """One row of the list and what would become of it. `reason` says why, unless it is simply new.

    `problems` say it by column, where it is the cells that are wrong. `namesake` is the number of an earlier row with
    the same name and municipality: it may be one person, with two addresses.
    """

    row: Row
    outcome: Outcome
    reason: str = ""
    assessment: Assessment | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    namesake: int | None = None

    @property
    def status(self) -> EnrolmentStatus | None:
        """The status that she would get, if she is to be enrolled."""
        return self.assessment.status if self.assessment and self.outcome != Outcome.WRONG else None

    @property
    def will_wait(self) -> bool:
        return self.status == EnrolmentStatus.WAITING

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Those who might be her, under another address."""
        return self.assessment.candidates if self.assessment else ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the rules of eligibility have against enrolling her, which the employer has to accept."""
        return self.assessment.warnings if self.assessment and self.status else ()

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
    def warned(self) -> int:
        """How many of those who would be enrolled the rules of eligibility warn about."""
        return sum(bool(row.warnings) for row in self.rows)

    @property
    def namesakes(self) -> list[int]:
        """The numbers of the rows that bear the name of an earlier one."""
        return [row.row.number for row in self.rows if row.namesake]

    @property
    def wrong(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.outcome == Outcome.WRONG]

    def row(self, number: int) -> PlannedRow | None:
        """The row of that number in the file."""
        return next((row for row in self.rows if row.row.number == number), None)

    @property
    def fingerprint(self) -> str:
        """What tells this plan from another: the confirmation carries it, so that only what was seen is done."""
        return fingerprint(
            [
                (row.row.number, sorted(row.row.values.items()), str(row.outcome), str(row.status), row.warnings)
                for row in self.rows
            ]
        )


def plan_of(upload: Import, *, by: User, now: datetime) -> Plan:
    """What confirming `upload` would do now, in a number of queries that doesn't grow with its rows.

    Raises EnrolmentRefused if `by` may not enrol in the cohort at all.
    """
    municipalities = municipalities_for(by, upload.cohort)
    prefetch_related_objects([upload.cohort.programme], "eligibility_rules")
    rules = {rule.fact: rule for rule in upload.cohort.programme.eligibility_rules.all()}
    course = rules[Fact.PRIOR_COURSE].course if Fact.PRIOR_COURSE in rules else ""
    readings = [
        understand(
            row,
            municipalities=municipalities,
            only=upload.municipality,
            today=timezone.localdate(now),
            facts=[column for fact, column in OF_FACTS.items() if fact in rules],
            course=course,
        )
        for row in rows_of(upload)
        if not row.left_out
    ]
    repeated = dict(_repetitions(readings))
    people = [reading.person for reading in readings if reading.person and reading.row.number not in repeated]
    assessments = iter(assess(upload.cohort, people, by=by, now=now))
    planned = {}
    for reading in readings:
        number = reading.row.number
        if reading.person is None:
            reason = _in_words(reading.problems)
            planned[number] = PlannedRow(reading.row, Outcome.WRONG, reason, problems=reading.problems)
        elif number in repeated:
            reason = _("The same e-mail address as in row %(row)s.") % {"row": repeated[number]}
            planned[number] = PlannedRow(reading.row, Outcome.WRONG, reason)
        else:
            planned[number] = _planned(reading.row, next(assessments))
    rows = [planned.get(row.number) or PlannedRow(row, Outcome.LEFT_OUT) for row in rows_of(upload)]
    return Plan(tuple(_with_namesakes(_with_names(rows, by))))


def rows_of(upload: Import) -> Iterator[Row]:
    """The rows of `upload` as they are mended."""
    for row in upload.rows:
        values = row["values"] | row.get("mended", {})
        yield Row(number=row["number"], values=values, left_out=row.get("left_out", False))


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
        question = _("%(name)s is registered with another e-mail address. Say whether it is the same person.") % {
            "name": assessment.candidates[0].participant
        }
        return PlannedRow(row, Outcome.WRONG, question, assessment, {"same_as": question})
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


def _with_namesakes(rows: Iterable[PlannedRow]) -> Iterator[PlannedRow]:
    """Say of which earlier row a row bears the name, unless the addresses belong to two who are registered."""
    first: dict[tuple[str, UUID], PlannedRow] = {}
    for row in rows:
        earlier = row
        if row.status and row.assessment:
            person = row.assessment.person
            earlier = first.setdefault((normalised(person.full_name), person.municipality.pk), row)
        both_registered = earlier.outcome == row.outcome == Outcome.MATCHED
        yield row if earlier is row or both_registered else replace(row, namesake=earlier.row.number)


def _because(row: PlannedRow, reason: str) -> PlannedRow:
    return replace(row, reason=reason)
