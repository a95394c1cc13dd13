"""What the columns of a list are."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import form_helper
from participants.importing.headings import LABELS, SHARED, label_of, missing
from participants.importing.sheets import Position, Sheet
from regions.models import Municipality

LONGEST_CELL = 500
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class ColumnsForm(forms.Form):
    """Where the columns of a list are: for each `at_…` one of the file's, or for some what holds for all, `all_…`.

    `wanted` are the columns that the list may have.
    """

    headed = forms.BooleanField(label=gettext_lazy("The first row holds headings"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        sheet: Sheet,
        wanted: Sequence[str],
        columns: Mapping[str, int],
        fixed: Mapping[str, str],
        municipality: Municipality | None,
    ) -> None:
        chosen = {f"at_{column}": str(at) for column, at in columns.items()}
        same = {f"all_{column}": value for column, value in fixed.items()}
        super().__init__(data, initial={"headed": sheet.headed, **chosen, **same})
        self.wanted, self.with_municipality = wanted, municipality is None
        places = [("", _("Not in the list")), *((str(one.at), _in_words(one)) for one in sheet.positions())]
        for column in wanted:
            label = str(LABELS[column])
            self.fields[f"at_{column}"] = forms.ChoiceField(label=label, choices=places, required=False)
            self.fields[f"at_{column}"].one_of_several = True  # type: ignore[attr-defined]
            if column in SHARED:
                shared = forms.CharField(
                    label=_("%(column)s, the same for all") % {"column": label},
                    max_length=LONGEST_CELL,
                    required=False,
                    widget=forms.TextInput({"autocomplete": "off"}),
                )
                shared.one_of_several = True  # type: ignore[attr-defined]
                self.fields[f"all_{column}"] = shared
        self.helper = form_helper()

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each column's two fields, for the page."""
        return [(self[f"at_{column}"], self[f"all_{column}"] if column in SHARED else None) for column in self.wanted]

    def clean(self) -> dict[str, Any]:
        """Every column that is needed is somewhere, and no column of the file is two things."""
        super().clean()
        columns = self.columns()
        for column in missing({*columns, *self.fixed()}, wanted=self.wanted, with_municipality=self.with_municipality):
            field = "at_first_name" if column == "name" else f"at_{column}"
            self.add_error(field, _missing(column))
        taken: dict[int, str] = {}
        for column, at in columns.items():
            if at in taken:
                message = _("The same column as %(other)s.") % {"other": LABELS[taken[at]]}
                self.add_error(f"at_{column}", message)
            taken[at] = column
        return self.cleaned_data

    def columns(self) -> dict[str, int]:
        """The positions that were chosen, by column."""
        chosen = {column: self.cleaned_data.get(f"at_{column}") for column in self.wanted}
        return {column: int(at) for column, at in chosen.items() if at}

    def fixed(self) -> dict[str, str]:
        """What holds for all, by column; a column of the file goes before it."""
        columns = self.columns()
        stated = {column: self.cleaned_data.get(f"all_{column}", "") for column in SHARED if column in self.wanted}
        return {column: value for column, value in stated.items() if value and column not in columns}


def _missing(column: str) -> str:
    if column in SHARED:
        return _("Choose the column, or write beside it what holds for all.")
    return _("Choose the column: %(column)s.") % {"column": label_of(column)}


def _in_words(position: Position) -> str:
    """A column of the file by its letter in Excel, its heading, and what is in it."""
    letter = LETTERS[position.at] if position.at < len(LETTERS) else str(position.at + 1)
    samples = ", ".join(sample[:30] for sample in position.samples)
    return ": ".join(part for part in (letter, position.heading[:30], samples) if part)
