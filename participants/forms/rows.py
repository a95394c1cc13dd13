"""What a row of a list is to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import form_helper
from participants.choices import Degree, Outcome
from participants.details import DIFFERENT
from participants.duplicates.candidates import Candidate
from participants.importing.cells import read_degree
from participants.importing.headings import LABELS
from participants.importing.plan import PlannedRow
from participants.importing.rows import names_in, place_named
from regions.models import Municipality

LONGEST_CELL = 500
ATTRIBUTES = {"autocomplete": "off", "spellcheck": "false"}


@dataclass(frozen=True)
class Askable:
    """What the rows of a list can say: the columns, and the municipalities that they may name."""

    columns: Sequence[str]
    municipalities: Mapping[UUID, Municipality]


class RowForm(forms.Form):
    """One row to mend: what it says now, with what is wrong beside each cell.

    Whether a row is right is known only when all of them are looked at together, so the plan says it, not the form.
    That holds for `same_as`, too: who among the `candidates` she is, if there are any; not known yet when it is sent.
    """

    left_out = forms.BooleanField(label=gettext_lazy("Leave this row out"), required=False)

    def __init__(
        self, data: Mapping[str, Any], *, number: int, askable: Askable, candidates: Sequence[Candidate] | None = None
    ) -> None:
        super().__init__(data, prefix=prefix_of(number))
        self.heading = _("Row %(number)s") % {"number": number}
        for column in askable.columns:
            self.fields[column] = _field(column, askable.municipalities)
        if candidates is None:
            self.fields["same_as"] = forms.CharField(required=False, max_length=LONGEST_CELL)
        elif candidates:
            self.fields["same_as"] = _question(candidates)
        self.order_fields([*askable.columns, "same_as", "left_out"])
        self.helper = form_helper()
        self.full_clean()

    @classmethod
    def of(cls, planned: PlannedRow, *, askable: Askable) -> RowForm:
        """The form of a row as it stands, with its errors."""
        row = planned.row
        values: dict[str, Any] = {**row.values, **names_in(row.values), "left_out": row.left_out}
        values["degree"] = read_degree(values.get("degree", "")) or ""
        place = place_named(values.get("municipality", ""), askable.municipalities)
        values["municipality"] = place.name if place else ""
        data = {f"{prefix_of(row.number)}-{column}": value for column, value in values.items()}
        form = cls(data, number=row.number, askable=askable, candidates=planned.candidates)
        form.errors.clear()  # what the cells are worth says the plan
        for column, problem in planned.problems.items():
            form.add_error(column if column in form.fields else None, problem)
        if planned.outcome == Outcome.WRONG and not planned.problems:
            form.add_error("email", planned.reason)
        return form

    def values(self) -> dict[str, str]:
        """What the row is to say, by column."""
        return {"same_as": ""} | {column: text for column, text in self.cleaned_data.items() if column != "left_out"}


def _field(column: str, municipalities: Mapping[UUID, Municipality]) -> forms.Field:
    label = str(LABELS[column])
    if column == "municipality":
        places = [(place.name, place.name) for place in municipalities.values()]
        field: forms.Field = forms.ChoiceField(label=label, choices=[("", _("Choose a municipality")), *places])
    elif column == "degree":
        field = forms.ChoiceField(label=label, choices=[("", _("Choose")), *Degree.choices])
    else:
        attributes = ATTRIBUTES | {"inputmode": "email"} if column == "email" else ATTRIBUTES
        field = forms.CharField(label=label, max_length=LONGEST_CELL, widget=forms.TextInput(attributes))
    field.required = False
    field.one_of_several = True  # type: ignore[attr-defined]
    return field


def _question(candidates: Sequence[Candidate]) -> forms.Field:
    choices = [(str(candidate.participant.pk), candidate.in_words) for candidate in candidates]
    return forms.ChoiceField(
        label=_("Is it the same person?"),
        choices=[*choices, (DIFFERENT, _("No, this is someone else"))],
        widget=forms.RadioSelect,
        required=False,
    )


def prefix_of(number: int) -> str:
    """The prefix of the fields of the row with that number."""
    return f"row{number}"
