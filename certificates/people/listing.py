"""What the list of people shows: a page of them, with what is to be done about each, and all of them as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.overview import Row, rows_with
from certificates.people.everyone import Everyone, Line
from certificates.people.tasks import Task, tasks_of
from common.spreadsheets import xlsx
from participants.models import Enrolment
from participants.periods import address_for


@dataclass(frozen=True)
class Shown:
    """One enrolment as the list of everyone shows it."""

    row: Row
    tasks: Sequence[Task]


@dataclass(frozen=True)
class InNeed:
    """One enrolment as the list of those who have a need shows it, and what is to be done about that."""

    enrolment: Enrolment
    task: Task


def shown(lines: Iterable[Line], people: Everyone, *, user: User, now: datetime) -> list[Shown]:
    """The `lines` in full, in their order, in three queries."""
    lines = list(lines)
    enrolments = _enrolments(lines)
    known = {line.pk: line.standing for line in lines if line.standing}
    known |= people.ledger.standings(row for pk, row in enrolments.items() if pk not in known)
    rows = {row.enrolment.pk: row for row in rows_with(known, enrolments.values())}
    return [
        Shown(rows[line.pk], list(tasks_of(rows[line.pk].enrolment, line, user=user, places={}, now=now)))
        for line in lines
        if line.pk in rows
    ]


def in_need(
    lines: Iterable[Line], need: str, *, user: User, places: Mapping[UUID, tuple[int, int]], now: datetime
) -> list[InNeed]:
    """The `lines` with what is to be done about their `need`, in one query."""
    lines = list(lines)
    enrolments = _enrolments(lines)
    return [
        InNeed(enrolments[line.pk], task)
        for line in lines
        if line.pk in enrolments
        for task in tasks_of(enrolments[line.pk], line, user=user, places=places, now=now)
        if task.kind.need == need
    ]


def most_pressing_first(
    lines: Iterable[Line], people: Everyone, *, places: Mapping[UUID, tuple[int, int]]
) -> list[Line]:
    """Of those who have one need, who must be seen to first: the offer that expires first, whose turn is next."""

    def pressing(line: Line) -> tuple[float, str, tuple[int, int]]:
        expires = line.expires.timestamp() if line.expires else 0
        return expires, people.cohorts[line.cohort].name, places.get(line.pk, (0, 0))

    return sorted(lines, key=pressing)


def _enrolments(lines: Iterable[Line]) -> dict[UUID, Enrolment]:
    """In full, by id; one that went away meanwhile is not there. Lines are of what their reader may see."""
    return Enrolment.objects.with_people().select_related("programme").in_bulk([line.pk for line in lines])


def spreadsheet_of(found: Iterable[Shown], *, user: User) -> bytes:
    """The same as an .xlsx file, for `user`."""
    found = list(found)
    prefetch_related_objects([one.row.enrolment.participant for one in found], "employments")
    headings = [
        _("Last name"),
        _("First name"),
        _("Work e-mail"),
        _("Municipality"),
        _("Unit"),
        _("Programme"),
        _("Cohort"),
        _("Status"),
        _("Reference"),
        _("Applied"),
        _("Modules earned"),
        _("Modules in the programme"),
        _("Progress"),
        _("Certificate"),
        _("To do"),
    ]
    return xlsx(_("Participants"), headings, (_cells(one, user) for one in found))


def _cells(one: Shown, user: User) -> list[str]:
    enrolment, progress = one.row.enrolment, one.row.progress
    person = enrolment.participant
    return [
        person.last_name,
        person.first_name,
        address_for(user, person),
        str(enrolment.municipality),
        enrolment.employment.unit,
        str(enrolment.programme),
        enrolment.cohort.name,
        enrolment.get_status_display(),
        enrolment.reference,
        date_format(enrolment.applied, "SHORT_DATE_FORMAT"),
        str(progress.earned),
        str(progress.total),
        str(progress.state.label) if one.row.takes_part else "",
        one.row.certificate.number if one.row.certificate else "",
        ", ".join(str(task.kind.need.label) for task in one.tasks),
    ]
