"""What the list of people shows: a page of them, with what is to be done about each, and all of them as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.overview import Row, rows_for
from certificates.people.everyone import Everyone, Line
from certificates.people.tasks import Task, places_of, tasks_of
from common.spreadsheets import xlsx
from participants.models import Enrolment


@dataclass(frozen=True)
class Shown:
    """One enrolment as the list shows it."""

    row: Row
    line: Line
    tasks: Sequence[Task]


def shown(lines: Iterable[Line], people: Everyone, *, user: User, now: datetime) -> list[Shown]:
    """The `lines` in full, in their order. Queries don't grow with them."""
    lines = list(lines)
    places = places_of(lines, people, now=now)
    rows = _rows(lines, now=now)
    return [
        Shown(rows[line.pk], line, list(tasks_of(rows[line.pk], line, user=user, places=places, now=now)))
        for line in lines
        if line.pk in rows
    ]


def _rows(lines: Sequence[Line], *, now: datetime) -> dict[Any, Row]:
    """By the id of the enrolment; one that went away meanwhile has none. Lines are of what their reader may see."""
    known = {line.pk: line.standing for line in lines if line.standing}
    enrolments = Enrolment.objects.with_people().select_related("programme").filter(pk__in=[line.pk for line in lines])
    return {row.enrolment.pk: row for row in rows_for(enrolments, now=now, known=known)}


def spreadsheet_of(found: Iterable[Shown]) -> bytes:
    """The same as an .xlsx file."""
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
    return xlsx(_("Participants"), headings, (_cells(one) for one in found))


def _cells(one: Shown) -> list[str]:
    enrolment, progress = one.row.enrolment, one.row.progress
    person = enrolment.participant
    return [
        person.last_name,
        person.first_name,
        person.email,
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
